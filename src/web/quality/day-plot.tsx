import type { JSX } from 'preact';
import type { Quality } from '../../contract/api/quality.ts';
import type { QualityWords } from '../i18n/quality/en.ts';
import { Plot, Text } from './plot.tsx';
import type { DrawingProps, QualityPlotProps } from './plot.tsx';
import { DayAxis, frameIn, Gridlines } from './plot-frame.tsx';
import type { PlotFrame } from './plot-frame.tsx';

type Day = Quality['days'][number];

/** Every alert of the last days as one block that can be counted. */
export function DayPlot({ quality, own, view }: QualityPlotProps): JSX.Element {
  const { days } = quality;
  const all = days.reduce((sum, day) => sum + alertsOf(day), 0);
  const refuted = days.reduce((sum, day) => sum + day.refuted, 0);
  const perDay = (count: number): string => (count / days.length).toFixed(1);
  return (
    <Plot
      name="days"
      title={all === 0 ? own.nothingYet : own.daysTitle(perDay(all), perDay(refuted))}
      detail={own.daysDetail}
      empty={own.nothingYet}
      draw={all === 0 ? null : (size) => <DayDrawing quality={quality} own={own} view={view} size={size} />}
    />
  );
}

function alertsOf({ confirmed, refuted, withoutVerdict }: Day): number {
  return confirmed + refuted + withoutVerdict;
}

function DayDrawing({ quality: { days }, own, view, size }: DrawingProps): JSX.Element {
  const frame = frameIn(size, { left: 24, right: 0, top: 24 });
  const most = Math.max(3, ...days.map(alertsOf));
  const y = (count: number): number => frame.bottom - (count / most) * (frame.bottom - frame.top);
  return (
    <>
      <Gridlines
        frame={frame}
        lines={[0, Math.round(most / 2), most].map((count) => ({ y: y(count), label: String(count) }))}
      />
      {days.map((day, index) => (
        <DayBlocks key={index} day={day} column={columnOf(frame, index, days.length)} y={y} />
      ))}
      <Legend own={own} left={frame.left} />
      <DayAxis start={days[0]?.start ?? 0} frame={frame} own={own} view={view} />
    </>
  );
}

interface Column {
  readonly x: number;
  readonly width: number;
}

function columnOf({ left, right }: PlotFrame, index: number, count: number): Column {
  const wide = (right - left) / count;
  return { x: left + index * wide + 1.5, width: Math.max(1, wide - 3) };
}

/** The alerts of a day, from below: fractures, not fractures, without a verdict. */
function DayBlocks({
  day,
  column,
  y,
}: {
  readonly day: Day;
  readonly column: Column;
  readonly y: (count: number) => number;
}): JSX.Element {
  const gap = y(0) - y(1) > 5 ? 2 : 0.6;
  return (
    <>
      {Array.from({ length: alertsOf(day) }, (_, number) => {
        const isOpen = number >= day.confirmed + day.refuted;
        return (
          <rect
            key={number}
            x={column.x}
            y={y(number + 1) + gap / 2}
            width={column.width}
            height={Math.max(0.8, y(number) - y(number + 1) - gap)}
            fill={isOpen ? 'none' : number < day.confirmed ? 'var(--bone)' : 'var(--edge)'}
            stroke={isOpen ? 'var(--ink-3)' : 'none'}
          />
        );
      })}
    </>
  );
}

function Legend({ own, left }: { readonly own: QualityWords; readonly left: number }): JSX.Element {
  const parts = [
    { text: own.confirmed, fill: 'var(--bone)', stroke: 'none' },
    { text: own.refuted, fill: 'var(--edge)', stroke: 'none' },
    { text: own.withoutVerdict, fill: 'none', stroke: 'var(--ink-3)' },
  ];
  let x = left;
  return (
    <>
      {parts.map(({ text, fill, stroke }) => {
        const at = x;
        x += 16 + text.length * (/\p{Script=Hangul}/u.test(text) ? 11.5 : 7) + 18;
        return (
          <g key={text} transform={`translate(${at} 0)`}>
            <rect x="0.5" y="1.5" width="9" height="9" fill={fill} stroke={stroke} />
            <Text x={16} y={11}>
              {text}
            </Text>
          </g>
        );
      })}
    </>
  );
}

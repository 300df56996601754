import type { JSX } from 'preact';
import type { Quality } from '../../contract/api/quality.ts';
import type { PageView } from '../shared/page/run-page.tsx';
import { Plot, Text } from './plot.tsx';
import type { PlotSize } from './plot.tsx';
import type { QualityWords } from '../i18n/quality/en.ts';

interface DayPlotProps {
  readonly quality: Quality;
  readonly own: QualityWords;
  readonly view: PageView;
}

/** Every alert of the last days as one block that can be counted. */
export function DayPlot({ quality, own, view }: DayPlotProps): JSX.Element {
  const { days } = quality;
  const all = days.reduce((sum, day) => sum + day.confirmed + day.refuted + day.unjudged, 0);
  const refuted = days.reduce((sum, day) => sum + day.refuted, 0);
  const perDay = (count: number): string => (count / days.length).toFixed(1);
  return (
    <Plot
      name="days"
      title={all === 0 ? own.nothingYet : own.daysTitle(perDay(all), perDay(refuted))}
      detail={own.daysDetail}
      empty={own.nothingYet}
      draw={all === 0 ? null : (size) => <Drawing {...{ days, own, view, size }} />}
    />
  );
}

function Drawing({
  days,
  own,
  view,
  size,
}: Omit<DayPlotProps, 'quality'> & { readonly days: Quality['days']; readonly size: PlotSize }): JSX.Element {
  const [left, right, top, bottom] = [24, size.width, 24, size.height - 24];
  const most = Math.max(3, ...days.map((day) => day.confirmed + day.refuted + day.unjudged));
  const y = (count: number): number => bottom - (count / most) * (bottom - top);
  const wide = (right - left) / days.length;
  const gap = y(0) - y(1) > 5 ? 2 : 0.6;
  const format = new Intl.DateTimeFormat(view.words.locale, {
    month: 'short',
    day: 'numeric',
    timeZone: view.facts.site.timezone,
  });
  return (
    <>
      {[0, Math.round(most / 2), most].map((count) => (
        <g key={count}>
          <path d={`M${left} ${y(count)}H${right}`} stroke="var(--line)" />
          <Text x={left - 8} y={y(count) + 4} anchor="end">
            {count}
          </Text>
        </g>
      ))}
      {days.map((day, index) =>
        Array.from({ length: day.confirmed + day.refuted + day.unjudged }, (_, number) => {
          const isOpen = number >= day.confirmed + day.refuted;
          return (
            <rect
              key={`${index} ${number}`}
              x={left + index * wide + 1.5}
              y={y(number + 1) + gap / 2}
              width={Math.max(1, wide - 3)}
              height={Math.max(0.8, y(number) - y(number + 1) - gap)}
              fill={isOpen ? 'none' : number < day.confirmed ? 'var(--bone)' : 'var(--edge)'}
              stroke={isOpen ? 'var(--ink-3)' : 'none'}
            />
          );
        }),
      )}
      <Legend own={own} left={left} />
      <Text x={left} y={size.height - 4}>
        {format.format(new Date(days[0]?.start ?? 0))}
      </Text>
      <Text x={right} y={size.height - 4} anchor="end">
        {own.today}
      </Text>
    </>
  );
}

function Legend({ own, left }: { readonly own: QualityWords; readonly left: number }): JSX.Element {
  const parts = [
    { text: own.confirmed, fill: 'var(--bone)', stroke: 'none' },
    { text: own.refuted, fill: 'var(--edge)', stroke: 'none' },
    { text: own.unjudged, fill: 'none', stroke: 'var(--ink-3)' },
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

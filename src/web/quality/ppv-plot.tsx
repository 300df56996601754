import type { JSX } from 'preact';
import type { Quality } from '../../contract/api/quality.ts';
import { lineOf, Plot, Text, topOf } from './plot.tsx';
import type { DrawingProps, QualityPlotProps } from './plot.tsx';
import type { QualityWords } from '../i18n/quality/en.ts';
import { frameIn, Gridlines, WeekAxis } from './plot-frame.tsx';
import type { PlotFrame } from './plot-frame.tsx';
import { MIN_CASES, wilson } from './wilson.ts';

const WINDOW_WEEKS = 4;

/** The share of alerts that were fractures, over time, with its confidence interval. */
export function PpvPlot({ quality, own, view }: QualityPlotProps): JSX.Element {
  const rolled = rolling(quality.weeks);
  const last = rolled.at(-1);
  const isEnough = last !== undefined && last !== null && last.all >= MIN_CASES;
  const hasAny = rolled.some((week) => week !== null);
  return (
    <Plot
      name="ppv"
      title={isEnough ? own.ppvTitle(Math.round(last.share * 10)) : own.ppvFew}
      detail={own.ppvDetail}
      empty={own.nothingYet}
      draw={
        hasAny
          ? (size) => <PpvDrawing quality={quality} rolled={rolled} own={own} view={view} size={size} />
          : null
      }
    />
  );
}

type Rolled = {
  readonly share: number;
  readonly low: number;
  readonly high: number;
  readonly all: number;
} | null;

/** The four weeks up to each week; null if they have no verdict. */
function rolling(weeks: Quality['weeks']): readonly Rolled[] {
  return weeks.map((_, index) => {
    const window = weeks.slice(Math.max(0, index - WINDOW_WEEKS + 1), index + 1);
    const confirmed = window.reduce((sum, week) => sum + week.confirmed, 0);
    const all = confirmed + window.reduce((sum, week) => sum + week.refuted, 0);
    const interval = wilson(confirmed, all);
    return interval === null ? null : { ...interval, all };
  });
}

interface PpvScale {
  readonly x: (index: number) => number;
  readonly y: (share: number) => number;
}

function PpvDrawing({
  quality: { weeks },
  rolled,
  own,
  view,
  size,
}: DrawingProps & { readonly rolled: readonly Rolled[] }): JSX.Element {
  const frame = frameIn(size, { left: 34, right: 60, top: 10 });
  const { left, right, top, bottom } = frame;
  const most = topOf(rolled.map((week) => week?.high ?? 0));
  const scale: PpvScale = {
    x: (index) => left + (index / Math.max(1, weeks.length - 1)) * (right - left),
    y: (share) => bottom - (share / most) * (bottom - top),
  };
  const known = rolled.flatMap((week, index) => (week === null ? [] : [{ ...week, index }]));
  return (
    <>
      <Gridlines
        frame={frame}
        labelGap={10}
        lines={[0, 0.25, 0.5, 0.75, 1].map((part) => ({
          y: scale.y(part * most),
          label: (part * most).toFixed(most < 0.4 ? 2 : 1),
        }))}
      />
      <IntervalBand known={known} scale={scale} />
      <WeekDots weeks={weeks} scale={scale} most={most} />
      <EstimateLine known={known} scale={scale} labelX={right + 12} />
      <ModelChanges weeks={weeks} scale={scale} frame={frame} own={own} />
      <WeekAxis weeks={weeks} frame={frame} view={view} />
    </>
  );
}

type KnownWeek = NonNullable<Rolled> & { readonly index: number };

interface KnownProps {
  readonly known: readonly KnownWeek[];
  readonly scale: PpvScale;
}

function IntervalBand({ known, scale: { x, y } }: KnownProps): JSX.Element {
  const band = [
    ...known.map((week): [number, number] => [x(week.index), y(week.high)]),
    ...known.map((week): [number, number] => [x(week.index), y(week.low)]).toReversed(),
  ];
  return <path d={`${lineOf(band)}Z`} fill="var(--bone)" opacity=".14" />;
}

/** Each week alone; the more verdicts, the larger the dot. */
function WeekDots({
  weeks,
  scale: { x, y },
  most,
}: {
  readonly weeks: Quality['weeks'];
  readonly scale: PpvScale;
  readonly most: number;
}): JSX.Element {
  return (
    <>
      {weeks.map((week, index) => {
        const all = week.confirmed + week.refuted;
        return all === 0 ? null : (
          <circle
            key={week.start}
            cx={x(index)}
            cy={y(Math.min(most, week.confirmed / all))}
            r={1.2 + Math.min(4, all / 11)}
            fill="var(--ink-3)"
          />
        );
      })}
    </>
  );
}

/** The estimate over the window, if there are enough cases, with its last value in figures. */
function EstimateLine({
  known,
  scale: { x, y },
  labelX,
}: KnownProps & { readonly labelX: number }): JSX.Element {
  const firm = known.filter(({ all }) => all >= MIN_CASES);
  const end = firm.at(-1);
  return (
    <>
      <path
        d={lineOf(firm.map((week) => [x(week.index), y(week.share)]))}
        fill="none"
        stroke="var(--bone)"
        stroke-width="2.5"
        stroke-linejoin="round"
      />
      {end !== undefined && (
        <>
          <circle cx={x(end.index)} cy={y(end.share)} r="4.5" fill="var(--bone)" />
          <Text x={labelX} y={y(end.share) + 1} kind="bone">
            {end.share.toFixed(2)}
          </Text>
          <Text x={labelX} y={y(end.share) + 17}>
            ±{((end.high - end.low) / 2).toFixed(2)}
          </Text>
        </>
      )}
    </>
  );
}

function ModelChanges({
  weeks,
  scale: { x },
  frame: { top, bottom },
  own,
}: {
  readonly weeks: Quality['weeks'];
  readonly scale: PpvScale;
  readonly frame: PlotFrame;
  readonly own: QualityWords;
}): JSX.Element {
  return (
    <>
      {weeks.map(({ newModels, start }, index) =>
        newModels.map((model) => (
          <g key={`${start} ${model}`}>
            <path d={`M${x(index)} ${top}V${bottom}`} stroke="var(--edge)" stroke-dasharray="2 4" />
            <Text x={x(index) + 8} y={top + 10}>
              {own.model(model)}
            </Text>
          </g>
        )),
      )}
    </>
  );
}

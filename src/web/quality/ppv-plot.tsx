import type { JSX } from 'preact';
import type { Quality } from '../../contract/api/quality.ts';
import type { PageView } from '../shared/page/run-page.tsx';
import { lineOf, Plot, Text, topOf } from './plot.tsx';
import type { PlotSize } from './plot.tsx';
import type { QualityWords } from '../i18n/quality/en.ts';
import { WeekAxis } from './week-axis.tsx';
import { MIN_CASES, wilson } from './wilson.ts';

interface PpvPlotProps {
  readonly quality: Quality;
  readonly own: QualityWords;
  readonly view: PageView;
}

const WINDOW_WEEKS = 4;

/** How many alerts were fractures, over time, and how sure that is. */
export function PpvPlot({ quality, own, view }: PpvPlotProps): JSX.Element {
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
      draw={hasAny ? (size) => <Drawing {...{ quality, rolled, own, view, size }} /> : null}
    />
  );
}

type Rolled = {
  readonly share: number;
  readonly low: number;
  readonly high: number;
  readonly all: number;
} | null;

/** The last four weeks at each week; null where nobody has said anything. */
function rolling(weeks: Quality['weeks']): readonly Rolled[] {
  return weeks.map((_, index) => {
    const window = weeks.slice(Math.max(0, index - WINDOW_WEEKS + 1), index + 1);
    const confirmed = window.reduce((sum, week) => sum + week.confirmed, 0);
    const all = confirmed + window.reduce((sum, week) => sum + week.refuted, 0);
    const interval = wilson(confirmed, all);
    return interval === null ? null : { ...interval, all };
  });
}

interface DrawingProps extends PpvPlotProps {
  readonly rolled: readonly Rolled[];
  readonly size: PlotSize;
}

function Drawing({ quality, rolled, own, view, size }: DrawingProps): JSX.Element {
  const { weeks } = quality;
  const [left, right, top, bottom] = [34, size.width - 60, 10, size.height - 24];
  const most = topOf(rolled.map((week) => week?.high ?? 0));
  const x = (index: number): number => left + (index / Math.max(1, weeks.length - 1)) * (right - left);
  const y = (share: number): number => bottom - (share / most) * (bottom - top);
  const known = rolled.flatMap((week, index) => (week === null ? [] : [{ ...week, index }]));
  const firm = known.filter(({ all }) => all >= MIN_CASES);
  const band = [
    ...known.map((week): [number, number] => [x(week.index), y(week.high)]),
    ...known.map((week): [number, number] => [x(week.index), y(week.low)]).toReversed(),
  ];
  const end = firm.at(-1);
  return (
    <>
      {[0, 0.25, 0.5, 0.75, 1].map((share) => (
        <g key={share}>
          <path d={`M${left} ${y(share * most)}H${right}`} stroke="var(--line)" />
          <Text x={left - 10} y={y(share * most) + 4} anchor="end">
            {(share * most).toFixed(most < 0.4 ? 2 : 1)}
          </Text>
        </g>
      ))}
      <path d={`${lineOf(band)}Z`} fill="var(--bone)" opacity=".14" />
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
          <Text x={right + 12} y={y(end.share) + 1} kind="bone">
            {end.share.toFixed(2)}
          </Text>
          <Text x={right + 12} y={y(end.share) + 17}>
            ±{((end.high - end.low) / 2).toFixed(2)}
          </Text>
        </>
      )}
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
      <WeekAxis
        {...{ weeks, left, right }}
        y={size.height - 4}
        locale={view.words.locale}
        timezone={view.facts.site.timezone}
      />
    </>
  );
}

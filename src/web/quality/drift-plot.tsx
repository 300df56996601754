import type { JSX } from 'preact';
import type { Quality } from '../../contract/api/quality.ts';
import { Plot, Text } from './plot.tsx';
import type { DrawingProps, QualityPlotProps } from './plot.tsx';
import { frameIn, Gridlines, WeekAxis } from './plot-frame.tsx';
import type { PlotFrame } from './plot-frame.tsx';

const BASE_WEEKS = 8;
const RECENT_WEEKS = 3;
/** Population stability index from which a distribution counts as changed. */
const MAX_STABLE_PSI = 0.1;

/** The images' scores week by week, against the first weeks: a change of the camera or the model is visible here. */
export function DriftPlot({ quality, own, view }: QualityPlotProps): JSX.Element {
  const hasAny = quality.weeks.some(({ scores }) => scores !== null);
  return (
    <Plot
      name="drift"
      title={own.driftTitle(quality.drift)}
      detail={own.driftDetail}
      empty={own.nothingYet}
      draw={hasAny ? (size) => <DriftDrawing quality={quality} own={own} view={view} size={size} /> : null}
    />
  );
}

/** Percentiles 5, 25, 50, 75 and 95 of the scores of a week. */
type Scores = NonNullable<Quality['weeks'][number]['scores']>;

interface ScoredWeek {
  readonly scores: Scores;
  readonly index: number;
}

function DriftDrawing({ quality: { weeks, drift }, own, view, size }: DrawingProps): JSX.Element {
  const frame = frameIn(size, { left: 30, right: 8, top: 24 });
  const wide = (frame.right - frame.left) / weeks.length;
  const y = (score: number): number => frame.bottom - score * (frame.bottom - frame.top);
  const scored = weeks.flatMap(({ scores }, index) => (scores === null ? [] : [{ scores, index }]));
  const isDrifting = drift !== null && drift > MAX_STABLE_PSI;
  return (
    <>
      <Gridlines frame={frame} lines={[0, 0.5, 1].map((score) => ({ y: y(score), label: String(score) }))} />
      <BaseFrame base={scored.slice(0, BASE_WEEKS)} frame={frame} y={y} />
      {scored.map(({ scores, index }, number) => (
        <ScoreBox
          key={index}
          scores={scores}
          x={frame.left + (index + 0.5) * wide}
          width={wide * 0.6}
          y={y}
          isMarked={isDrifting && number >= scored.length - RECENT_WEEKS}
        />
      ))}
      {drift !== null && (
        <Text x={frame.right} y={12} kind={isDrifting ? 'bone' : ''} anchor="end">
          {own.psi(drift.toFixed(2))}
        </Text>
      )}
      <WeekAxis weeks={weeks} frame={frame} view={view} />
    </>
  );
}

/** The middle half of the first weeks, dotted across the whole plot. */
function BaseFrame({
  base,
  frame,
  y,
}: {
  readonly base: readonly ScoredWeek[];
  readonly frame: PlotFrame;
  readonly y: (score: number) => number;
}): JSX.Element {
  const low = mean(base.map(({ scores }) => scores[1] ?? 0));
  const high = mean(base.map(({ scores }) => scores[3] ?? 0));
  return (
    <rect
      x={frame.left}
      y={y(high)}
      width={frame.right - frame.left}
      height={Math.max(1, y(low) - y(high))}
      fill="none"
      stroke="var(--edge)"
      stroke-dasharray="2 4"
    />
  );
}

interface ScoreBoxProps {
  readonly scores: Scores;
  /** The middle of the box. */
  readonly x: number;
  readonly width: number;
  readonly y: (score: number) => number;
  readonly isMarked: boolean;
}

/** The scores of a week as a box with a whisker and the median. */
function ScoreBox({ scores, x, width, y, isMarked }: ScoreBoxProps): JSX.Element {
  const colour = isMarked ? 'var(--bone)' : 'var(--ink-3)';
  const [p05 = 0, p25 = 0, p50 = 0, p75 = 0, p95 = 0] = scores;
  return (
    <g>
      <path d={`M${x} ${y(p05)}V${y(p95)}`} stroke={colour} opacity=".8" />
      <rect
        x={x - width / 2}
        y={y(p75)}
        width={width}
        height={Math.max(1, y(p25) - y(p75))}
        fill={colour}
        opacity={isMarked ? 1 : 0.55}
      />
      <path
        d={`M${x - width / 2} ${y(p50)}h${width}`}
        stroke={isMarked ? 'var(--on-bone)' : 'var(--ink)'}
        stroke-width="2"
      />
    </g>
  );
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

import type { JSX } from 'preact';
import type { Quality } from '../../contract/api/quality.ts';
import type { QualityWords } from '../i18n/quality/en.ts';
import { Plot, Text } from './plot.tsx';
import type { DrawingProps, QualityPlotProps } from './plot.tsx';
import { DayAxis, frameIn } from './plot-frame.tsx';
import type { PlotFrame } from './plot-frame.tsx';

const MIN_SECONDS = 3;
const MAX_SECONDS = 3600;
/** An unacknowledged alert is escalated after this time. */
const ESCALATION_SECONDS = 300;
const DAY_MS = 86_400_000;

/** Every acknowledgement as a dot: when, and how long it took. */
export function AckPlot({ quality, own, view }: QualityPlotProps): JSX.Element {
  const { acknowledgements } = quality;
  const sorted = acknowledgements.map(({ seconds }) => seconds).toSorted((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)];
  return (
    <Plot
      name="ack"
      title={median === undefined ? own.nothingYet : own.ackTitle(own.span(median))}
      detail={own.ackDetail}
      empty={own.nothingYet}
      draw={
        median === undefined
          ? null
          : (size) => <AckDrawing quality={quality} own={own} view={view} size={size} median={median} />
      }
    />
  );
}

/** The positions of a time and a duration; durations are on a logarithmic axis. */
interface AckScale {
  readonly x: (at: number) => number;
  readonly y: (seconds: number) => number;
}

function AckDrawing({
  quality,
  own,
  view,
  size,
  median,
}: DrawingProps & { readonly median: number }): JSX.Element {
  const { acknowledgements, days } = quality;
  const frame = frameIn(size, { left: 48, right: 76, top: 8 });
  const start = days[0]?.start ?? 0;
  const scale = scaleOf(frame, start, days.length);
  const escalated = acknowledgements.filter(({ isEscalated }) => isEscalated).length;
  return (
    <>
      <DurationLines frame={frame} scale={scale} own={own} />
      {acknowledgements.map((acknowledgement, index) => (
        <AckDot key={index} acknowledgement={acknowledgement} scale={scale} />
      ))}
      <MedianLine frame={frame} scale={scale} own={own} median={median} />
      {escalated > 0 && (
        <Text x={frame.right + 10} y={scale.y(1500)} kind="key">
          {own.escalated(escalated)}
        </Text>
      )}
      <DayAxis start={start} frame={frame} own={own} view={view} />
    </>
  );
}

function scaleOf({ left, right, top, bottom }: PlotFrame, start: number, days: number): AckScale {
  return {
    x: (at) => left + 6 + ((at - start) / (days * DAY_MS)) * (right - left - 12),
    y(seconds) {
      const bounded = Math.min(Math.max(seconds, MIN_SECONDS), MAX_SECONDS);
      const share = Math.log(bounded / MIN_SECONDS) / Math.log(MAX_SECONDS / MIN_SECONDS);
      return bottom - share * (bottom - top);
    },
  };
}

interface ScaledProps {
  readonly frame: PlotFrame;
  readonly scale: AckScale;
  readonly own: QualityWords;
}

function DurationLines({ frame, scale, own }: ScaledProps): JSX.Element {
  const lines = [
    [10, own.seconds(10)],
    [60, own.minutes(1)],
    [ESCALATION_SECONDS, own.minutes(5)],
    [1200, own.minutes(20)],
  ] as const;
  return (
    <>
      {lines.map(([seconds, text]) => (
        <g key={seconds}>
          <path
            d={`M${frame.left} ${scale.y(seconds)}H${frame.right}`}
            stroke={seconds === ESCALATION_SECONDS ? 'var(--ink-3)' : 'var(--line)'}
            stroke-dasharray={seconds === ESCALATION_SECONDS ? '5 4' : undefined}
          />
          <Text x={frame.left - 8} y={scale.y(seconds) + 4} anchor="end">
            {text}
          </Text>
        </g>
      ))}
    </>
  );
}

/** A dot, or a cross if the alert was escalated. */
function AckDot({
  acknowledgement: { at, seconds, isEscalated },
  scale: { x, y },
}: {
  readonly acknowledgement: Quality['acknowledgements'][number];
  readonly scale: AckScale;
}): JSX.Element {
  if (!isEscalated) return <circle cx={x(at)} cy={y(seconds)} r="2.8" fill="var(--ink-3)" />;
  return <path d={`M${x(at)} ${y(seconds)}m-4-4 8 8m0-8-8 8`} stroke="var(--ink)" stroke-width="1.8" />;
}

function MedianLine({ frame, scale, own, median }: ScaledProps & { readonly median: number }): JSX.Element {
  const y = scale.y(median);
  return (
    <>
      <path d={`M${frame.left} ${y}H${frame.right}`} stroke="var(--bone)" stroke-width="2.5" />
      <Text x={frame.right + 10} y={y - 2} kind="bone">
        {own.median}
      </Text>
      <Text x={frame.right + 10} y={y + 14} kind="bone">
        {own.span(median)}
      </Text>
    </>
  );
}

import type { JSX } from 'preact';
import type { Quality } from '../../contract/api/quality.ts';
import type { PageView } from '../shared/page/run-page.tsx';
import { Plot, Text } from './plot.tsx';
import type { PlotSize } from './plot.tsx';
import type { QualityWords } from '../i18n/quality/en.ts';

interface AckPlotProps {
  readonly quality: Quality;
  readonly own: QualityWords;
  readonly view: PageView;
}

const MIN_SECONDS = 3;
const MAX_SECONDS = 3600;
const DAY_MS = 86_400_000;

/** Every acknowledgement as a dot: when, and how long it took. */
export function AckPlot({ quality, own, view }: AckPlotProps): JSX.Element {
  const { acknowledgements } = quality;
  const sorted = acknowledgements.map(({ seconds }) => seconds).toSorted((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)];
  return (
    <Plot
      name="ack"
      title={median === undefined ? own.nothingYet : own.ackTitle(own.span(median))}
      detail={own.ackDetail}
      empty={own.nothingYet}
      draw={median === undefined ? null : (size) => <Drawing {...{ quality, own, view, size, median }} />}
    />
  );
}

function Drawing({
  quality,
  own,
  view,
  size,
  median,
}: AckPlotProps & { readonly size: PlotSize; readonly median: number }): JSX.Element {
  const { acknowledgements, days } = quality;
  const [left, right, top, bottom] = [48, size.width - 76, 8, size.height - 24];
  const start = days[0]?.start ?? 0;
  const x = (at: number): number => left + 6 + ((at - start) / (days.length * DAY_MS)) * (right - left - 12);
  const y = (seconds: number): number => {
    const bounded = Math.min(Math.max(seconds, MIN_SECONDS), MAX_SECONDS);
    return bottom - (Math.log(bounded / MIN_SECONDS) / Math.log(MAX_SECONDS / MIN_SECONDS)) * (bottom - top);
  };
  const lines = [
    [10, own.seconds(10)],
    [60, own.minutes(1)],
    [300, own.minutes(5)],
    [1200, own.minutes(20)],
  ] as const;
  const escalated = acknowledgements.filter(({ isEscalated }) => isEscalated).length;
  const format = new Intl.DateTimeFormat(view.words.locale, {
    month: 'short',
    day: 'numeric',
    timeZone: view.facts.site.timezone,
  });
  return (
    <>
      {lines.map(([seconds, text]) => (
        <g key={seconds}>
          <path
            d={`M${left} ${y(seconds)}H${right}`}
            stroke={seconds === 300 ? 'var(--ink-3)' : 'var(--line)'}
            stroke-dasharray={seconds === 300 ? '5 4' : undefined}
          />
          <Text x={left - 8} y={y(seconds) + 4} anchor="end">
            {text}
          </Text>
        </g>
      ))}
      {acknowledgements.map(({ at, seconds, isEscalated }, index) =>
        isEscalated ? (
          <path
            key={index}
            d={`M${x(at)} ${y(seconds)}m-4-4 8 8m0-8-8 8`}
            stroke="var(--ink)"
            stroke-width="1.8"
          />
        ) : (
          <circle key={index} cx={x(at)} cy={y(seconds)} r="2.8" fill="var(--ink-3)" />
        ),
      )}
      <path d={`M${left} ${y(median)}H${right}`} stroke="var(--bone)" stroke-width="2.5" />
      <Text x={right + 10} y={y(median) - 2} kind="bone">
        {own.median}
      </Text>
      <Text x={right + 10} y={y(median) + 14} kind="bone">
        {own.span(median)}
      </Text>
      {escalated > 0 && (
        <Text x={right + 10} y={y(1500)} kind="key">
          {own.escalated(escalated)}
        </Text>
      )}
      <Text x={left} y={size.height - 4}>
        {format.format(new Date(start))}
      </Text>
      <Text x={right} y={size.height - 4} anchor="end">
        {own.today}
      </Text>
    </>
  );
}

import type { JSX } from 'preact';
import type { QualityWords } from '../i18n/quality/en.ts';
import { lineOf, Plot } from './plot.tsx';
import type { DrawingProps, QualityPlotProps } from './plot.tsx';
import { frameIn, Gridlines, WeekAxis } from './plot-frame.tsx';

/** How long an image waits for its result. */
export function LatencyPlot({ quality, own, view }: QualityPlotProps): JSX.Element {
  const last = quality.weeks.findLast(({ latencyMs }) => latencyMs !== null)?.latencyMs ?? null;
  const seconds = (ms: number): string => (ms / 1000).toFixed(1);
  return (
    <Plot
      name="latency"
      title={last === null ? own.nothingYet : own.latencyTitle(seconds(last.p50), seconds(last.p95))}
      detail={own.latencyDetail}
      empty={own.nothingYet}
      draw={
        last === null
          ? null
          : (size) => <LatencyDrawing quality={quality} own={own} view={view} size={size} />
      }
    />
  );
}

function LatencyDrawing({ quality: { weeks }, own, view, size }: DrawingProps): JSX.Element {
  const frame = frameIn(size, { left: 42, right: 8, top: 10 });
  const known = weeks.flatMap(({ latencyMs }, index) =>
    latencyMs === null ? [] : [{ ...latencyMs, index }],
  );
  const most = Math.max(1000, ...known.map(({ p95 }) => p95)) * 1.1;
  const wide = (frame.right - frame.left) / weeks.length;
  const x = (index: number): number => frame.left + (index + 0.5) * wide;
  const y = (ms: number): number => frame.bottom - (ms / most) * (frame.bottom - frame.top);
  return (
    <>
      <Gridlines
        frame={frame}
        lines={[0, 0.5, 1].map((part) => ({ y: y(part * most), label: secondsText(part * most, own) }))}
      />
      {known.map(({ p50, p95, index }) => (
        <path
          key={index}
          d={`M${x(index)} ${y(p50)}V${y(p95)}`}
          stroke="var(--edge)"
          stroke-width={Math.max(2, wide * 0.4)}
        />
      ))}
      <path
        d={lineOf(known.map(({ p50, index }) => [x(index), y(p50)]))}
        fill="none"
        stroke="var(--bone)"
        stroke-width="2.5"
      />
      <WeekAxis weeks={weeks} frame={frame} view={view} />
    </>
  );
}

/** Whole seconds from ten on, else with one decimal. */
function secondsText(ms: number, own: QualityWords): string {
  return own.seconds(Math.round(ms) >= 10_000 ? Math.round(ms / 1000) : Math.round(ms / 100) / 10);
}

import type { JSX } from 'preact';
import { Plot, topOf } from './plot.tsx';
import type { DrawingProps, QualityPlotProps } from './plot.tsx';
import { frameIn, Gridlines, WeekAxis } from './plot-frame.tsx';

/** The share of images with a finding, week by week. */
export function PositivityPlot({ quality, own, view }: QualityPlotProps): JSX.Element {
  const images = quality.weeks.reduce((sum, week) => sum + week.images, 0);
  const found = quality.weeks.reduce((sum, week) => sum + week.found, 0);
  return (
    <Plot
      name="positivity"
      title={images === 0 ? own.nothingYet : own.positivityTitle(((found / images) * 100).toFixed(1))}
      detail={own.positivityDetail}
      empty={own.nothingYet}
      draw={
        images === 0
          ? null
          : (size) => <PositivityDrawing quality={quality} own={own} view={view} size={size} />
      }
    />
  );
}

function PositivityDrawing({ quality: { weeks }, view, size }: DrawingProps): JSX.Element {
  const frame = frameIn(size, { left: 36, right: 8, top: 10 });
  const shares = weeks.map(({ images, found }) => (images === 0 ? null : found / images));
  const most = topOf(shares.map((share) => share ?? 0));
  const wide = (frame.right - frame.left) / weeks.length;
  const y = (share: number): number => frame.bottom - (share / most) * (frame.bottom - frame.top);
  return (
    <>
      <Gridlines
        frame={frame}
        lines={[0, 0.5, 1].map((part) => ({ y: y(part * most), label: (part * most).toFixed(2) }))}
      />
      {shares.map((share, index) =>
        share === null ? null : (
          <rect
            key={index}
            x={frame.left + index * wide + wide * 0.2}
            y={y(share)}
            width={wide * 0.6}
            height={Math.max(1, frame.bottom - y(share))}
            fill={index === weeks.length - 1 ? 'var(--bone)' : 'var(--edge)'}
          />
        ),
      )}
      <WeekAxis weeks={weeks} frame={frame} view={view} />
    </>
  );
}

import type { JSX } from 'preact';
import { Plot, Text } from './plot.tsx';
import type { PlotSize, QualityPlotProps } from './plot.tsx';
import { MIN_CASES, wilson } from './wilson.ts';

const MAX_DOTS = 600;
const DOT_GAP_PX = 3;

/** Of the confirmed fractures, how many the model found; each one is a dot. */
export function SensitivityPlot({ quality, own }: Omit<QualityPlotProps, 'view'>): JSX.Element {
  const { found, missed } = quality.confirmedImages;
  const all = found + missed;
  return (
    <Plot
      name="sensitivity"
      title={all === 0 ? own.nothingYet : own.sensitivityTitle(found, all)}
      detail={own.sensitivityDetail}
      empty={own.nothingYet}
      draw={all === 0 ? null : (size) => <SensitivityDrawing found={found} all={all} size={size} />}
    />
  );
}

interface SensitivityDrawingProps {
  readonly found: number;
  readonly all: number;
  readonly size: PlotSize;
}

function SensitivityDrawing({ found, all, size }: SensitivityDrawingProps): JSX.Element {
  const [left, right] = [4, size.width - 48];
  const fitting = Math.floor(Math.sqrt((right * (size.height - 60)) / all)) - DOT_GAP_PX;
  const side = Math.max(3, Math.min(14, fitting));
  const step = side + DOT_GAP_PX;
  const perRow = Math.max(1, Math.floor((right - left) / step));
  return (
    <>
      {Array.from({ length: Math.min(all, MAX_DOTS) }, (_, index) => (
        <rect
          key={index}
          x={left + (index % perRow) * step}
          y={4 + Math.floor(index / perRow) * step}
          width={side}
          height={side}
          fill={index < found ? 'var(--bone)' : 'none'}
          stroke={index < found ? 'none' : 'var(--ink)'}
        />
      ))}
      <SensitivityInterval found={found} all={all} size={size} left={left} right={right} />
    </>
  );
}

interface SensitivityIntervalProps extends SensitivityDrawingProps {
  readonly left: number;
  readonly right: number;
}

/** The interval on an axis from 0 to 1, and the share if there are enough cases. */
function SensitivityInterval({
  found,
  all,
  size,
  left,
  right,
}: SensitivityIntervalProps): JSX.Element | null {
  const interval = wilson(found, all);
  if (interval === null) return null;
  const y = size.height - 34;
  const x = (share: number): number => left + share * (right - left);
  return (
    <>
      <path d={`M${left} ${y}H${right}`} stroke="var(--line)" />
      <path d={`M${x(interval.low)} ${y}H${x(interval.high)}`} stroke="var(--ink-3)" stroke-width="2" />
      {all >= MIN_CASES && (
        <>
          <circle cx={x(interval.share)} cy={y} r="5" fill="var(--bone)" />
          <Text x={size.width} y={y + 4} kind="bone" anchor="end">
            {interval.share.toFixed(2)}
          </Text>
        </>
      )}
      {[0, 0.5, 1].map((share) => (
        <Text key={share} x={x(share)} y={size.height - 6} anchor={share === 0 ? 'start' : 'middle'}>
          {share.toFixed(1)}
        </Text>
      ))}
    </>
  );
}

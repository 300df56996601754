import type { JSX } from 'preact';
import type { Quality } from '../../contract/api/quality.ts';
import { Plot, Text } from './plot.tsx';
import type { PlotSize } from './plot.tsx';
import type { QualityWords } from '../i18n/quality/en.ts';
import { MIN_CASES, wilson } from './wilson.ts';

/** Of the fractures that people are sure of, how many the model found; each one is a dot. */
export function SensitivityPlot({
  quality,
  own,
}: {
  readonly quality: Quality;
  readonly own: QualityWords;
}): JSX.Element {
  const { found, missed } = quality.confirmedImages;
  const all = found + missed;
  return (
    <Plot
      name="sensitivity"
      title={all === 0 ? own.nothingYet : own.sensitivityTitle(found, all)}
      detail={own.sensitivityDetail}
      empty={own.nothingYet}
      draw={all === 0 ? null : (size) => <Drawing found={found} all={all} size={size} />}
    />
  );
}

function Drawing({
  found,
  all,
  size,
}: {
  readonly found: number;
  readonly all: number;
  readonly size: PlotSize;
}): JSX.Element {
  const interval = wilson(found, all);
  const [left, right] = [4, size.width - 48];
  const side = Math.max(3, Math.min(14, Math.floor(Math.sqrt((right * (size.height - 60)) / all)) - 3));
  const perRow = Math.max(1, Math.floor((right - left) / (side + 3)));
  const y = size.height - 34;
  const x = (share: number): number => left + share * (right - left);
  return (
    <>
      {Array.from({ length: Math.min(all, 600) }, (_, index) => {
        const isFound = index < found;
        return (
          <rect
            key={index}
            x={left + (index % perRow) * (side + 3)}
            y={4 + Math.floor(index / perRow) * (side + 3)}
            width={side}
            height={side}
            fill={isFound ? 'var(--bone)' : 'none'}
            stroke={isFound ? 'none' : 'var(--ink)'}
          />
        );
      })}
      {interval !== null && (
        <>
          <path d={`M${left} ${y}H${right}`} stroke="var(--line)" />
          <path d={`M${x(interval.low)} ${y}H${x(interval.high)}`} stroke="var(--ink-3)" stroke-width="2" />
          {all >= MIN_CASES && <circle cx={x(interval.share)} cy={y} r="5" fill="var(--bone)" />}
          {all >= MIN_CASES && (
            <Text x={size.width} y={y + 4} kind="bone" anchor="end">
              {interval.share.toFixed(2)}
            </Text>
          )}
          {[0, 0.5, 1].map((share) => (
            <Text key={share} x={x(share)} y={size.height - 6} anchor={share === 0 ? 'start' : 'middle'}>
              {share.toFixed(1)}
            </Text>
          ))}
        </>
      )}
    </>
  );
}

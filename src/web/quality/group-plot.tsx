import type { JSX } from 'preact';
import type { VerdictCounts } from '../../contract/api/quality.ts';
import { BODY_PARTS } from '../../contract/radiograph.ts';
import type { PageView } from '../shared/page/run-page.tsx';
import { Plot, Text, topOf } from './plot.tsx';
import type { PlotSize, QualityPlotProps } from './plot.tsx';
import type { QualityWords } from '../i18n/quality/en.ts';
import { MIN_CASES, wilson } from './wilson.ts';

const MAX_PARTS = 6;
const AGES = ['over-75', 'under-75'];

interface Row {
  readonly label: string;
  readonly share: number;
  readonly low: number;
  readonly high: number;
  readonly all: number;
}

/** How many alerts were fractures, by body part and age. */
export function GroupPlot({ quality, own, view }: QualityPlotProps): JSX.Element {
  const label = (name: string): string => labelOf(name, own, view);
  const parts = quality.groups.filter(({ name }) => !AGES.includes(name)).slice(0, MAX_PARTS);
  const ages = quality.groups.filter(({ name }) => AGES.includes(name));
  const rows = [...rowsOf(parts, label), ...rowsOf(ages, label)];
  const firm = rowsOf(parts, label)
    .filter(({ all }) => all >= MIN_CASES)
    .toSorted((a, b) => b.share - a.share);
  const [best, worst] = [firm[0], firm.at(-1)];
  const title =
    best === undefined || worst === undefined || firm.length < 2
      ? own.groupFew
      : own.groupTitle(best.label, worst.label);
  return (
    <Plot
      name="part"
      title={title}
      detail={own.groupDetail}
      empty={own.nothingYet}
      draw={
        rows.length === 0
          ? null
          : (size) => <GroupDrawing rows={rows} gapAfter={rowsOf(parts, label).length} size={size} />
      }
    />
  );
}

function rowsOf(
  groups: readonly ({ readonly name: string } & VerdictCounts)[],
  label: (name: string) => string,
): readonly Row[] {
  return groups.flatMap(({ name, confirmed, refuted }) => {
    const interval = wilson(confirmed, confirmed + refuted);
    return interval === null ? [] : [{ label: label(name), all: confirmed + refuted, ...interval }];
  });
}

function GroupDrawing({
  rows,
  gapAfter,
  size,
}: {
  readonly rows: readonly Row[];
  /** The index of the first row below the gap. */
  readonly gapAfter: number;
  readonly size: PlotSize;
}): JSX.Element {
  const [left, right, top, bottom] = [96, size.width - 92, 4, size.height - 22];
  const most = Math.max(0.4, topOf(rows.map(({ high }) => high)));
  const step = Math.min(34, (bottom - top) / (rows.length + 0.6));
  const x = (share: number): number => left + (share / most) * (right - left);
  return (
    <>
      {[0, 0.25, 0.5, 0.75, 1].map((share) => (
        <g key={share}>
          <path d={`M${x(share * most)} ${top}V${bottom}`} stroke="var(--line)" />
          <Text x={x(share * most)} y={size.height - 4} anchor="middle">
            {(share * most).toFixed(1)}
          </Text>
        </g>
      ))}
      {rows.map((row, index) => (
        <GroupRow
          key={row.label}
          row={row}
          x={x}
          y={top + step * (index + 0.5 + (index >= gapAfter ? 0.6 : 0))}
          shareX={right + 48}
          countX={size.width}
        />
      ))}
    </>
  );
}

interface GroupRowProps {
  readonly row: Row;
  readonly x: (share: number) => number;
  readonly y: number;
  readonly shareX: number;
  readonly countX: number;
}

/** One group: its interval, the share if there are enough cases, and the number of cases. */
function GroupRow({ row, x, y, shareX, countX }: GroupRowProps): JSX.Element {
  const { label, share, low, high, all } = row;
  return (
    <g>
      <Text x={0} y={y + 4} kind="key">
        {label}
      </Text>
      <path d={`M${x(low)} ${y}H${x(high)}`} stroke="var(--ink-3)" stroke-width="2" />
      {all >= MIN_CASES && (
        <>
          <circle cx={x(share)} cy={y} r="5" fill="var(--bone)" />
          <Text x={shareX} y={y + 4} kind="bone" anchor="end">
            {share.toFixed(2)}
          </Text>
        </>
      )}
      <Text x={countX} y={y + 4} anchor="end">
        {all}
      </Text>
    </g>
  );
}

function labelOf(name: string, own: QualityWords, { words }: PageView): string {
  if (name === 'over-75') return own.over75;
  if (name === 'under-75') return own.under75;
  const part = BODY_PARTS.find((known) => known === name);
  const text = part === undefined ? own.unknownPart : words.bodyPart[part].replace(/\(.*\)/, '');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

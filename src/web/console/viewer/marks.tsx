import type { JSX } from 'preact';
import type { Box } from '../../../contract/box.ts';
import type { Finding } from '../../../contract/finding.ts';
import type { Placement } from './paint-picture.ts';

interface MarksProps {
  readonly findings: readonly Finding[];
  readonly definite: number;
  readonly chosen: number;
  readonly drawn: readonly Box[];
  readonly rerun: readonly Finding[];
  readonly editing: Box | null;
  readonly placement: Placement;
  readonly label: string;
}

const TAG = { height: 22, gap: 6 };

/** The findings, drawn around the marked region and never over it. */
export function Marks(props: MarksProps): JSX.Element {
  const { findings, definite, chosen, drawn, rerun, editing, placement, label } = props;
  return (
    <svg class="marks" role="img" aria-label={label}>
      {findings.map((finding, index) => (
        <Mark
          key={index}
          kind={finding.confidence >= definite ? 'likely' : 'suspected'}
          tag={`${index + 1} · ${finding.confidence.toFixed(2)}`}
          isChosen={index === chosen && findings.length > 1}
          finding={finding}
          placement={placement}
        />
      ))}
      {rerun.map((finding, index) => (
        <Mark
          key={`rerun-${index}`}
          kind="rerun"
          tag={finding.confidence.toFixed(2)}
          isChosen={false}
          finding={finding}
          placement={placement}
        />
      ))}
      {[...drawn, ...(editing === null ? [] : [editing])].map((box, index) => (
        <Mark
          key={`drawn-${index}`}
          kind="drawn"
          tag=""
          isChosen={false}
          finding={{ box, polygon: null }}
          placement={placement}
        />
      ))}
      {editing !== null && <Handles box={editing} placement={placement} />}
    </svg>
  );
}

interface MarkProps {
  readonly kind: 'likely' | 'suspected' | 'drawn' | 'rerun';
  readonly tag: string;
  readonly isChosen: boolean;
  readonly finding: Pick<Finding, 'box' | 'polygon'>;
  readonly placement: Placement;
}

function Mark({ kind, tag, isChosen, finding, placement }: MarkProps): JSX.Element {
  const { x, y, width, height } = onScreen(finding.box, placement);
  const isAbove = y > TAG.height + TAG.gap * 2;
  const tagY = isAbove ? y - TAG.height - TAG.gap : y + height + TAG.gap;
  const points = finding.polygon
    ?.map(([px, py]) => `${placement.x + px * placement.scale},${placement.y + py * placement.scale}`)
    .join(' ');
  return (
    <g class={`mark ${kind} ${isChosen ? 'chosen' : ''}`}>
      {points === undefined ? (
        <>
          <rect class="halo" x={x} y={y} width={width} height={height} />
          <rect class="line" x={x} y={y} width={width} height={height} />
        </>
      ) : (
        <>
          <polygon class="halo" points={points} />
          <polygon class="line" points={points} />
        </>
      )}
      {tag !== '' && (
        <g transform={`translate(${x} ${tagY})`}>
          <rect class="tag" width={tag.length * 8.2 + 14} height={TAG.height} />
          <text x="7" y="16">
            {tag}
          </text>
        </g>
      )}
    </g>
  );
}

function Handles({ box, placement }: { readonly box: Box; readonly placement: Placement }): JSX.Element {
  const { x, y, width, height } = onScreen(box, placement);
  const corners = [
    [x, y],
    [x + width, y],
    [x, y + height],
    [x + width, y + height],
  ] as const;
  return (
    <g class="handles">
      {corners.map(([cx, cy]) => (
        <rect key={`${cx} ${cy}`} x={cx - 5} y={cy - 5} width="10" height="10" />
      ))}
    </g>
  );
}

/** A box in screen pixels, slightly enlarged so that the line lies outside it. */
function onScreen(box: Box, { x, y, scale }: Placement): Box {
  return {
    x: x + box.x * scale - 2,
    y: y + box.y * scale - 2,
    width: box.width * scale + 4,
    height: box.height * scale + 4,
  };
}

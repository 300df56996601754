import { GENESIS, type Audit } from './audit.ts';
import type { RecordedHead } from './head-file.ts';

/** A head to compare with, and where it was found. */
export interface Anchor extends Pick<RecordedHead, 'count' | 'hash' | 'base' | 'isAfterLoss'> {
  readonly source: string;
  /** RFC 3339; null if it is not known. */
  readonly at: string | null;
}

/** What the audit log lacks or has otherwise than recorded. */
export interface HeadMismatch {
  readonly kind: 'missing' | 'rewritten';
  readonly anchor: Anchor;
  /** The newest anchor that the log still agrees with. */
  readonly lastAgreed: Anchor | null;
}

export interface HeadComparison {
  /** How many anchors were compared. */
  readonly compared: number;
  /** The anchors of databases that a restore has replaced since. */
  readonly replaced: number;
  /** The mismatch with the most rows, and the first rewritten row; empty if everything agrees. */
  readonly mismatches: readonly HeadMismatch[];
}

const RESTORES: ReadonlySet<string> = new Set(['store-restore', 'store-replace']);

/** Compares an audit log with heads that were recorded outside of it, oldest first. */
export function compareHeads(
  audit: Pick<Audit, 'head' | 'mark'>,
  anchors: readonly Anchor[],
): HeadComparison {
  const valid = anchors.filter((anchor) => !isReplaced(audit, anchor, anchors));
  const agreed = valid.filter((anchor) => agrees(audit, anchor));
  const { count } = audit.head();
  const wrong = valid
    .filter((anchor) => !agrees(audit, anchor))
    .map((anchor): HeadMismatch => {
      const lastAgreed = agreed.findLast((earlier) => earlier.count < anchor.count) ?? null;
      return { kind: anchor.count > count ? 'missing' : 'rewritten', anchor, lastAgreed };
    })
    .toSorted((a, b) => a.anchor.count - b.anchor.count);
  const firstRewritten = wrong.find(({ kind }) => kind === 'rewritten');
  const mostMissing = wrong.findLast(({ kind }) => kind === 'missing');
  return {
    compared: valid.length,
    replaced: anchors.length - valid.length,
    mismatches: [firstRewritten, mostMissing].flatMap((one) => one ?? []),
  };
}

/** A restore counts only if the log itself records it. */
function isReplaced(audit: Pick<Audit, 'mark'>, anchor: Anchor, all: readonly Anchor[]): boolean {
  const { count, at, isAfterLoss = false } = anchor;
  return all.some((restore) => {
    if (restore === anchor || restore.base === undefined) return false;
    if (count <= restore.base && !isAfterLoss) return false;
    if (at === null || restore.at === null || Date.parse(at) > Date.parse(restore.at)) return false;
    const row = audit.mark(restore.base + 1);
    return row !== null && RESTORES.has(row.kind);
  });
}

function agrees(audit: Pick<Audit, 'mark'>, { count, hash }: Anchor): boolean {
  const known = count === 0 ? GENESIS : audit.mark(count)?.hash;
  return known !== undefined && known.startsWith(hash);
}

import type { InboxConfig } from '../config/schema.ts';
import type { FoundFile, KnownFile } from './watcher-ledger.ts';

/**
 * How the ledger must record a file that was found. `new`: it has no row; `too-old`: it has no row and is only
 * counted; `changed`: it starts over as a new revision; `unfinished`: it is not known to be complete; `unchanged`:
 * nothing to do.
 */
type ArrivalClass = 'new' | 'too-old' | 'changed' | 'unfinished' | 'unchanged';

interface ArrivalFacts {
  readonly known: KnownFile | undefined;
  /** Files from before this time are only counted; milliseconds since 1970. */
  readonly ignoredBefore: number;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Delay between two attempts to read an unreadable file. */
  readonly retryMs: number;
}

export function classifyArrival(file: FoundFile, facts: ArrivalFacts): ArrivalClass {
  const { known, ignoredBefore } = facts;
  const isOld = isTooOld(file, ignoredBefore);
  if (known === undefined) return isOld ? 'too-old' : 'new';
  if (mustStartOver(known, file) || (wasPassedOver(known) && !isOld)) return 'changed';
  return isUnfinished(known, facts) ? 'unfinished' : 'unchanged';
}

/** The time before which files are only counted, milliseconds since 1970; -Infinity where none is configured. */
export function ignoreTime(ignoreBefore: InboxConfig['ignoreBefore'], firstStartAt = -Infinity): number {
  if (ignoreBefore === undefined) return -Infinity;
  return ignoreBefore === 'first-start' ? firstStartAt : Date.parse(ignoreBefore);
}

function mustStartOver(known: KnownFile, found: FoundFile): boolean {
  const isSame = known.sizeBytes === found.sizeBytes && known.mtimeMs === found.mtimeMs;
  return !isSame || known.status === 'vanished';
}

/** Incomplete at the last check, or unreadable and due for a retry. */
function isUnfinished({ status, wasInspected, retryAt }: KnownFile, { now, retryMs }: ArrivalFacts): boolean {
  if (status === 'discovered' || status === 'settling') return true;
  if (status !== 'failed' || wasInspected || retryAt === null) return false;
  // A time later than any delay allows was written before the clock was set back.
  return retryAt <= now || retryAt > now + retryMs;
}

/** An old image that is exported again counts as new: its ctime is recent, regardless of its mtime. */
function isTooOld({ mtimeMs, ctimeMs = mtimeMs }: FoundFile, ignoredBefore: number): boolean {
  return mtimeMs < ignoredBefore && ctimeMs < ignoredBefore;
}

/** Only counted because of its age; its content was never read. */
function wasPassedOver({ status, wasInspected }: KnownFile): boolean {
  return status === 'not-analysed' && !wasInspected;
}

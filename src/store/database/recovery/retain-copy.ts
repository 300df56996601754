import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { isStoreFailure } from '../../../contract/errors.ts';
import { readCopyFacts, readCopyHash, readCopyHead } from './copy-facts.ts';
import { fileStamp } from './quarantine-database.ts';
import { isDamage } from '../sqlite-errors.ts';

export interface RetainOptions {
  readonly now: number;
  /** Results and alerts that ended after this time are too new for retention to have removed; milliseconds since 1970. */
  readonly since: number;
}

const MAX_RETAINED = 3;

/** Copies that a poorer one was about to replace, newest first. */
export function retainedCopies(backup: string): string[] {
  const folder = dirname(backup);
  if (!existsSync(folder)) return [];
  const start = `${basename(backup)}.retained-`;
  return readdirSync(folder)
    .filter((name) => name.startsWith(start) && !/-(wal|shm|journal)$/.test(name))
    .map((name) => join(folder, name))
    .toSorted()
    .toReversed();
}

/**
 * Renames an earlier copy that a new one does not continue or does not contain, instead of letting it be replaced; returns
 * its new path, or null if the new copy holds everything. At most three are retained: the one with the fewest audit rows
 * is removed first.
 */
export function retainRicherCopy(
  next: string,
  earlier: string,
  { now, since }: RetainOptions,
): string | null {
  if (!existsSync(earlier) || !isRicher(earlier, next, since)) return null;
  const retained = `${earlier}.retained-${fileStamp(now)}`;
  renameSync(earlier, retained);
  const byRows = retainedCopies(earlier).toSorted((a, b) => rowsOf(b) - rowsOf(a));
  for (const poorest of byRows.slice(MAX_RETAINED)) rmSync(poorest);
  return retained;
}

/** Whether an earlier copy holds something that a later one lacks. */
function isRicher(earlier: string, later: string, since: number): boolean {
  try {
    const [before, after] = [readCopyFacts(earlier, since), readCopyFacts(later, since)];
    if (readCopyHash(later, before.head.count) !== before.head.hash) return true;
    if (startOf(before.firstStartAt) < startOf(after.firstStartAt)) return true;
    return before.results > after.results || before.alerts > after.alerts;
  } catch (error) {
    // A damaged or empty file holds nothing; one that cannot be read now, or that a newer release wrote, may.
    if (isStoreFailure(error)) return !isDamage(error);
    return error instanceof Error && !error.message.includes('no such table');
  }
}

function startOf(firstStartAt: number | null): number {
  return firstStartAt ?? Number.MAX_SAFE_INTEGER;
}

/** How many audit rows a copy has; none if it cannot be read. */
function rowsOf(copy: string): number {
  try {
    return readCopyHead(copy).count;
  } catch {
    return 0;
  }
}

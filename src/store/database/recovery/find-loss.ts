import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { isStoreFailure } from '../../../contract/errors.ts';
import { GENESIS, type Audit } from '../../audit/audit.ts';
import { readHeads, type RecordedHead } from '../../audit/head-file.ts';
import { requireUsable } from './restore-store.ts';

/** Why the store of a device that was started before does not continue the one it had. */
export interface StoreLoss {
  /** `missing`: there is no database; `other`: an older or another one is in its place. */
  readonly kind: 'missing' | 'other';
  /** The last head of the audit log that was recorded; null if there is no record. */
  readonly lastHead: RecordedHead | null;
  /** The newest copy that can be restored; null if none was found. */
  readonly copy: string | null;
  /** When the lost database was last known to be in use, milliseconds since 1970; null if nothing shows it. */
  readonly lastSeenAt: number | null;
}

export interface StorePaths {
  readonly path: string;
  /** The nightly copy. */
  readonly backup: string;
}

/** A database that is missing on a device that has traces of one: recorded heads, copies, side files. Null if none is. */
export function findMissingStore(paths: StorePaths): StoreLoss | null {
  const { path } = paths;
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > 0) return null;
  const lastHead = readHeads(path).at(-1) ?? null;
  const copies = copiesOf(paths);
  const hasTraces = lastHead !== null || copies.length > 0 || existsSync(`${path}-wal`);
  return hasTraces ? { kind: 'missing', ...lossOf(lastHead, copies) } : null;
}

/** A database that does not hold the last recorded head of the audit log. Null if it does. */
export function findOtherStore(paths: StorePaths, audit: Pick<Audit, 'mark'>): StoreLoss | null {
  const lastHead = readHeads(paths.path).at(-1);
  if (lastHead === undefined) return null;
  const known = lastHead.count === 0 ? GENESIS : audit.mark(lastHead.count)?.hash;
  return known === lastHead.hash ? null : { kind: 'other', ...lossOf(lastHead, copiesOf(paths)) };
}

/** Every file that looks like a copy of a store, newest first. */
function copiesOf({ path, backup }: StorePaths): string[] {
  const folder = dirname(path);
  const starts = [`${basename(path)}.before-restore-`, `${basename(path)}.found-`];
  const isCopy = (name: string): boolean =>
    starts.some((start) => name.startsWith(start)) && !isSideFile(name);
  const retainedStart = `${basename(backup)}.retained-`;
  const found = [
    backup,
    ...filesIn(folder)
      .filter(isCopy)
      .map((name) => join(folder, name)),
    ...filesIn(dirname(backup))
      .filter((name) => name.startsWith(retainedStart) && !isSideFile(name))
      .map((name) => join(dirname(backup), name)),
    ...filesIn(join(folder, 'snapshots'))
      .filter((name) => name.endsWith('.db'))
      .map((name) => join(folder, 'snapshots', name)),
  ];
  return found.filter((file) => existsSync(file)).toSorted((a, b) => modifiedAt(b) - modifiedAt(a));
}

function lossOf(lastHead: RecordedHead | null, copies: readonly string[]): Omit<StoreLoss, 'kind'> {
  const times = [lastHead?.at, ...copies.slice(0, 1).map(modifiedAt)].flatMap((time) => time ?? []);
  const known = times
    .map((time) => (typeof time === 'string' ? Date.parse(time) : time))
    .filter(Number.isFinite);
  return {
    lastHead,
    copy: copies.find(isUsable) ?? null,
    lastSeenAt: known.length === 0 ? null : Math.max(...known),
  };
}

function isUsable(copy: string): boolean {
  try {
    requireUsable(copy);
    return true;
  } catch (error) {
    if (isStoreFailure(error)) return false;
    throw error;
  }
}

function filesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}

function isSideFile(name: string): boolean {
  return /(-wal|-shm|-journal|\.part)$/.test(name);
}

function modifiedAt(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

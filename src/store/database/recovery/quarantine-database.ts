import { existsSync, readdirSync, renameSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** The write-ahead log and its index belong to the database file and are useless without it. */
const PARTS = ['', '-wal', '-shm', '-journal'];

/** `lost`: side files without their database. */
export type QuarantineReason = 'damaged' | 'before-restore' | 'lost';

/** Renames a database and its side files to a name with the reason and the time; returns that name. */
export function quarantineDatabase(path: string, why: QuarantineReason, now: number): string {
  const target = `${path}.${why}-${fileStamp(now)}`;
  for (const part of PARTS) {
    if (existsSync(path + part)) renameSync(path + part, target + part);
  }
  return target;
}

/** A time as part of a file name. */
export function fileStamp(now: number): string {
  return new Date(now).toISOString().replaceAll(/[:.]/g, '-');
}

/** Quarantined databases that are still in the folder. */
export function damagedCopies(path: string): string[] {
  const folder = dirname(path);
  if (!existsSync(folder)) return [];
  const start = `${basename(path)}.damaged-`;
  return readdirSync(folder)
    .filter((name) => name.startsWith(start) && !/-(wal|shm|journal)$/.test(name))
    .map((name) => join(folder, name))
    .toSorted();
}

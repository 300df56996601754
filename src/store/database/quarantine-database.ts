import { existsSync, readdirSync, renameSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** The write-ahead log and its index belong to the database file and are useless without it. */
const PARTS = ['', '-wal', '-shm', '-journal'];

/** Renames a database and its side files to a name with the reason and the time; returns that name. */
export function quarantineDatabase(path: string, why: 'damaged' | 'before-restore', now: number): string {
  const stamp = new Date(now).toISOString().replaceAll(/[:.]/g, '-');
  const target = `${path}.${why}-${stamp}`;
  for (const part of PARTS) {
    if (existsSync(path + part)) renameSync(path + part, target + part);
  }
  return target;
}

/** Quarantined databases that are still in the folder. */
export function damagedCopies(path: string): string[] {
  const folder = dirname(path);
  const start = `${basename(path)}.damaged-`;
  return readdirSync(folder)
    .filter((name) => name.startsWith(start) && !/-(wal|shm|journal)$/.test(name))
    .map((name) => join(folder, name))
    .toSorted();
}

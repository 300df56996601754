import { existsSync, readdirSync, renameSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** The log and its index belong to the database file: apart from it they are worth nothing. */
const PARTS = ['', '-wal', '-shm', '-journal'];

/** Moves a database, with its side files, out of the way under a name that says why and when; returns that name. */
export function quarantineDatabase(path: string, why: 'damaged' | 'before-restore', now: number): string {
  const stamp = new Date(now).toISOString().replaceAll(/[:.]/g, '-');
  const aside = `${path}.${why}-${stamp}`;
  for (const part of PARTS) {
    if (existsSync(path + part)) renameSync(path + part, aside + part);
  }
  return aside;
}

/** Damaged databases that were kept aside and that nobody has taken away yet. */
export function damagedCopies(path: string): string[] {
  const folder = dirname(path);
  const start = `${basename(path)}.damaged-`;
  return readdirSync(folder)
    .filter((name) => name.startsWith(start) && !/-(wal|shm|journal)$/.test(name))
    .map((name) => join(folder, name))
    .toSorted();
}

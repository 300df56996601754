import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { giveToService } from '../prepare-file.ts';
import { fileStamp } from './quarantine-database.ts';

/** What happened to a database: its file was lost while it was open, and written back; or it was missing at the start. */
export type StoreNoteKind = 'written-back' | 'lost';

/**
 * Writes a note next to a database for the administrator. An alarm lasts until the note is deleted, so that it is seen
 * also if no one watched at that moment. Returns its path.
 */
export function writeNote(
  path: string,
  kind: StoreNoteKind,
  { now, text }: { now: number; text: string },
): string {
  const note = `${path}.${kind}-${fileStamp(now)}.txt`;
  writeFileSync(note, `${text}\n`, { mode: 0o600 });
  giveToService(note);
  return note;
}

/** The notes of one kind next to a database, oldest first. */
export function notesOf(path: string, kind: StoreNoteKind): string[] {
  const folder = dirname(path);
  if (!existsSync(folder)) return [];
  const start = `${basename(path)}.${kind}-`;
  return readdirSync(folder)
    .filter((name) => name.startsWith(start) && name.endsWith('.txt'))
    .map((name) => join(folder, name))
    .toSorted();
}

/** The text of a note. */
export function readNote(note: string): string {
  return readFileSync(note, 'utf8').trim();
}

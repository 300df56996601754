import { openDatabase } from './database.ts';
import { isDamage } from './sqlite-errors.ts';

/** `quick` reads every page; `full` also compares every index with its table and takes several times as long. */
export type CheckDepth = 'quick' | 'full';

const BUSY_TIMEOUT_MS = 5000;
const MAX_PROBLEMS = 20;

/** The problems SQLite finds in a database file; empty if it is intact. Throws STORE_FAILED if it cannot be checked. */
export function checkDatabase(path: string, depth: CheckDepth): string[] {
  try {
    using database = openDatabase(path, { isReadOnly: true, busyTimeoutMs: BUSY_TIMEOUT_MS });
    const pragma = depth === 'quick' ? 'quick_check' : 'integrity_check';
    const rows = database.prepare<[], Readonly<Record<string, string>>>(`PRAGMA ${pragma}(${MAX_PROBLEMS})`);
    const lines = rows.all().flatMap((row) => row[pragma] ?? []);
    return lines.length === 1 && lines[0] === 'ok' ? [] : lines;
  } catch (error) {
    if (isDamage(error)) return [String(error instanceof Error ? error.message : error)];
    throw error;
  }
}

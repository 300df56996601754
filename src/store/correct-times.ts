import type { Database } from './database/database.ts';

/** Times between `from` and `to` that were written with a wrong clock, and by how much it was wrong. */
export interface WrongTimes {
  /** Milliseconds since 1970. */
  readonly from: number;
  readonly to: number;
  readonly byMs: number;
}

/** The columns with times that lists, filters and retention use; the audit log is never changed. */
const COLUMNS = [
  ['arrivals', 'discovered_at'],
  ['arrivals', 'ready_at'],
  ['arrivals', 'finished_at'],
  ['arrivals', 'retry_at'],
  ['results', 'finished_at'],
  ['verdicts', 'at'],
  ['alerts', 'created_at'],
  ['alerts', 'updated_at'],
] as const;

/** Corrects the times of records that were written with a wrong clock, in one transaction; returns how many changed. */
export function createTimeCorrection(database: Database): (wrong: WrongTimes) => number {
  const updates = COLUMNS.map(([table, column]) =>
    database.prepare<[WrongTimes]>(
      `UPDATE ${table} SET ${column} = ${column} + @byMs WHERE ${column} BETWEEN @from AND @to`,
    ),
  );
  return ({ from, to, byMs }) =>
    database.transact(() => {
      const whole = { from: Math.floor(from), to: Math.ceil(to), byMs: Math.round(byMs) };
      return updates.reduce((sum, update) => sum + update.run(whole), 0);
    });
}

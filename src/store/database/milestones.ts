import type { Database } from './database.ts';

/** Moments that a store remembers, by name. */
export interface Milestones {
  /** When it first happened, milliseconds since 1970: `at`, unless it is already recorded. */
  recordOnce(name: 'first-start', at: number): number;
  /** Milliseconds since 1970; null if it is not recorded. */
  read(name: ClockMilestone): number | null;
  /** Records it at another time; null removes it. */
  record(name: ClockMilestone, at: number | null): void;
}

/** Of the clock: last plausible, plausible without interruption since, implausible since. */
export type ClockMilestone = 'clock-plausible-at' | 'clock-plausible-since' | 'clock-implausible-since';

export function createMilestones(database: Database): Milestones {
  const insert = database.prepare<[string, number]>('INSERT OR IGNORE INTO milestones VALUES (?, ?)');
  const find = database.prepare<[string], { readonly at: number }>(
    'SELECT at FROM milestones WHERE name = ?',
  );
  const replace = database.prepare<[string, number]>('INSERT OR REPLACE INTO milestones VALUES (?, ?)');
  const remove = database.prepare<[string]>('DELETE FROM milestones WHERE name = ?');
  return {
    read: (name) => find.get(name)?.at ?? null,
    record: (name, at) =>
      void database.withoutFlush(() => (at === null ? remove.run(name) : replace.run(name, Math.round(at)))),
    recordOnce(name, at) {
      const stored = find.get(name);
      if (stored !== undefined) return stored.at;
      insert.run(name, at);
      return find.get(name)?.at ?? at;
    },
  };
}

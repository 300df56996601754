import type { Database } from './database.ts';

/** Events that happen once in the lifetime of a store. */
export interface Milestones {
  /** When it first happened, milliseconds since 1970: `at`, unless it is already recorded. */
  recordOnce(name: 'first-start', at: number): number;
}

export function createMilestones(database: Database): Milestones {
  const insert = database.prepare<[string, number]>('INSERT OR IGNORE INTO milestones VALUES (?, ?)');
  const find = database.prepare<[string], { readonly at: number }>(
    'SELECT at FROM milestones WHERE name = ?',
  );
  return {
    recordOnce(name, at) {
      const stored = find.get(name);
      if (stored !== undefined) return stored.at;
      insert.run(name, at);
      return find.get(name)?.at ?? at;
    },
  };
}

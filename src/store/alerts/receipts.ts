import type { Database } from '../database/database.ts';

/** Which displays have shown which alerts. */
export interface Receipts {
  /** Stores the latest revision that a display confirmed; a receipt for an unknown alert is ignored. */
  record(receipt: { readonly alertId: string; readonly display: string; readonly rev: number }): void;
  /** How many displays have confirmed any revision of an alert. */
  count(alertId: string): number;
}

export function createReceipts(database: Database, now: () => number): Receipts {
  const upsert = database.prepare<[{ alertId: string; display: string; rev: number; at: number }]>(
    `INSERT INTO receipts (alert_id, display, rev, at) SELECT @alertId, @display, @rev, @at
       WHERE EXISTS (SELECT 1 FROM alerts WHERE id = @alertId)
     ON CONFLICT (alert_id, display) DO UPDATE SET rev = excluded.rev, at = excluded.at WHERE excluded.rev > rev`,
  );
  const count = database.prepare<[string], { readonly count: number }>(
    'SELECT count(*) AS count FROM receipts WHERE alert_id = ?',
  );

  return {
    record: ({ alertId, display, rev }) => void upsert.run({ alertId, display, rev, at: now() }),
    count: (alertId) => count.get(alertId)?.count ?? 0,
  };
}

/**
 * Opens a store as a fresh process would after a power cut and prints, as JSON, every inconsistency:
 * `node check-store.ts PATH`.
 */
import { openDatabase } from '../../src/store/database/database.ts';
import { checkDatabase } from '../../src/store/database/check-database.ts';
import { openStore } from '../../src/store/open-store.ts';

const [, , path = ''] = process.argv;
const problems: string[] = [];
{
  using store = openStore(path, { clock: Date });
  store.ledger.resetInterrupted();
  const { brokenAt } = store.audit.verify();
  if (brokenAt !== null) problems.push(`audit broken at ${brokenAt}`);
}
problems.push(...checkDatabase(path, 'full'));
using database = openDatabase(path, { isReadOnly: true, busyTimeoutMs: 0 });
const count = (sql: string): number =>
  database.prepare<[], { n: number }>(`SELECT count(*) AS n ${sql}`).get()?.n ?? -1;
const halves = {
  'answered without a result': `FROM arrivals a WHERE status IN ('done', 'not-analysed') AND sha256 IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM results r WHERE r.arrival_id = a.id)`,
  'a result without an answer': `FROM results r JOIN arrivals a ON a.id = r.arrival_id
    WHERE a.status NOT IN ('done', 'not-analysed', 'failed', 'ready')`,
  'a result without its message': `FROM results r WHERE NOT EXISTS (SELECT 1 FROM outbox o
    WHERE o.order_key = 'image-' || r.arrival_id)`,
  'a fracture without an alert': `FROM results r WHERE r.outcome = 'fracture-detected'
    AND NOT EXISTS (SELECT 1 FROM alerts l WHERE l.study_key = r.study_key)`,
  'an alert without its messages': `FROM alerts l WHERE NOT EXISTS (SELECT 1 FROM outbox o WHERE o.order_key = l.id)`,
  'still in work': `FROM arrivals WHERE status IN ('decoding', 'inferring')`,
};
for (const [name, sql] of Object.entries(halves)) if (count(sql) > 0) problems.push(name);
const done = database.prepare<[], { sha256: string }>('SELECT sha256 FROM results').all();
process.stdout.write(JSON.stringify({ problems, done: done.map(({ sha256 }) => sha256) }));

import { createHash } from 'node:crypto';
import type { Database } from './database.ts';

/** Something a person or the daemon did that must stay traceable. Nothing in it names a patient. */
export interface AuditEntry {
  /** RFC 3339, UTC. */
  readonly at: string;
  readonly kind: string;
  readonly actor: string;
  readonly subject: string;
  readonly detail: Readonly<Record<string, string | number | boolean | null>>;
}

interface AuditVerdict {
  readonly rows: number;
  /** The first row that is not as it was written, or is missing; null when the chain holds. */
  readonly brokenAt: number | null;
}

/** Append-only; each row's hash covers the row before it, so that an edit or a gap shows. */
export interface Audit {
  append(entry: AuditEntry): void;
  /** Walks the whole chain. Rows cut off at the end do not show: keep the last hash elsewhere to see that. */
  verify(): AuditVerdict;
}

interface AuditRow {
  readonly seq: number;
  readonly at: string;
  readonly kind: string;
  readonly actor: string;
  readonly subject: string;
  readonly detail: string;
  readonly previous_hash: string;
  readonly hash: string;
}

const GENESIS = '0'.repeat(64);
const PAGE = 1000;

export function createAudit(database: Database): Audit {
  const last = database.prepare<[], { readonly seq: number; readonly hash: string }>(
    'SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1',
  );
  const insert = database.prepare<[AuditRow]>(
    `INSERT INTO audit VALUES (@seq, @at, @kind, @actor, @subject, @detail, @previous_hash, @hash)`,
  );
  const page = database.prepare<[number, number], AuditRow>(
    'SELECT * FROM audit WHERE seq > ? ORDER BY seq LIMIT ?',
  );

  return {
    append({ at, kind, actor, subject, detail }) {
      database.transact(() => {
        const before = last.get() ?? { seq: 0, hash: GENESIS };
        const row = { seq: before.seq + 1, at, kind, actor, subject, detail: JSON.stringify(detail) };
        const chained = { ...row, previous_hash: before.hash };
        insert.run({ ...chained, hash: hashOf(chained) });
      });
    },
    verify() {
      let before = { seq: 0, hash: GENESIS };
      for (;;) {
        const rows = page.all(before.seq, PAGE);
        for (const row of rows) {
          const isWhole =
            row.seq === before.seq + 1 && row.previous_hash === before.hash && row.hash === hashOf(row);
          if (!isWhole) return { rows: before.seq, brokenAt: before.seq + 1 };
          before = row;
        }
        if (rows.length < PAGE) return { rows: before.seq, brokenAt: null };
      }
    },
  };
}

function hashOf(row: Omit<AuditRow, 'hash'>): string {
  const canonical = JSON.stringify([row.seq, row.at, row.kind, row.actor, row.subject, row.detail]);
  return createHash('sha256').update(row.previous_hash).update(canonical).digest('hex');
}

import type { AuditEntry } from '../../contract/audit-entry.ts';
import { createHash } from 'node:crypto';
import type { Database } from '../database/database.ts';

/** An entry with its position in the chain. */
interface ChainedAuditEntry extends AuditEntry {
  readonly seq: number;
  readonly previousHash: string;
  readonly hash: string;
}

/** The end of the chain: how many rows it has, and the hash of the last one, which covers all of them. */
export interface AuditHead {
  readonly count: number;
  readonly hash: string;
}

/** A row without its content. */
export interface AuditMark {
  readonly at: string;
  readonly kind: string;
  readonly hash: string;
}

interface AuditVerdict {
  readonly rows: number;
  /** The first row that was altered or is missing; null if the chain is intact. */
  readonly brokenAt: number | null;
}

/** Append-only; each row's hash covers the row before it, so that an edit or a gap is detected. */
export interface Audit {
  append(entry: AuditEntry): void;
  /** The last entries, oldest first. */
  latest(limit: number): AuditEntry[];
  /** Verifies the chain itself. Rows removed at its end, and a chain that was rewritten, only show in a recorded head. */
  verify(): AuditVerdict;
  head(): AuditHead;
  /** The row with this number; null if there is none. */
  mark(seq: number): AuditMark | null;
  /** Every row as stored, oldest first, with its hash. */
  rows(): Iterable<ChainedAuditEntry>;
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

/** The hash before the first row. */
export const GENESIS = '0'.repeat(64);
const PAGE = 1000;

const LAST = 'SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1';
const INSERT_SQL = `INSERT INTO audit VALUES (@seq, @at, @kind, @actor, @subject, @detail, @previous_hash, @hash)`;
const MARK = 'SELECT at, kind, hash FROM audit WHERE seq = ?';
const LATEST = 'SELECT * FROM audit ORDER BY seq DESC LIMIT ?';
const PAGE_SQL = 'SELECT * FROM audit WHERE seq > ? ORDER BY seq LIMIT ?';

export function createAudit(database: Database): Audit {
  const last = database.prepare<[], { readonly seq: number; readonly hash: string }>(LAST);
  const insert = database.prepare<[AuditRow]>(INSERT_SQL);
  const latest = database.prepare<[number], AuditRow>(LATEST);
  const mark = database.prepare<[number], AuditMark>(MARK);
  const page = database.prepare<[number, number], AuditRow>(PAGE_SQL);

  function* rows(): Generator<AuditRow> {
    let seq = 0;
    for (;;) {
      const found = page.all(seq, PAGE);
      yield* found;
      seq = found.at(-1)?.seq ?? seq;
      if (found.length < PAGE) return;
    }
  }

  return {
    append({ at, kind, actor, subject, detail }) {
      database.transact(() => {
        const before = last.get() ?? { seq: 0, hash: GENESIS };
        const row = { seq: before.seq + 1, at, kind, actor, subject, detail: JSON.stringify(detail) };
        const chained = { ...row, previous_hash: before.hash };
        insert.run({ ...chained, hash: hashOf(chained) });
      });
    },
    head() {
      const { seq: count, hash } = last.get() ?? { seq: 0, hash: GENESIS };
      return { count, hash };
    },
    mark: (seq) => mark.get(seq) ?? null,
    latest: (limit) => latest.all(limit).map(toEntry).toReversed(),
    verify: () => verifyChain(rows()),
    *rows() {
      for (const row of rows()) yield toEntry(row);
    },
  };
}

function verifyChain(rows: Iterable<AuditRow>): AuditVerdict {
  let before = { seq: 0, hash: GENESIS };
  for (const row of rows) {
    const isWhole =
      row.seq === before.seq + 1 && row.previous_hash === before.hash && row.hash === hashOf(row);
    if (!isWhole) return { rows: before.seq, brokenAt: before.seq + 1 };
    before = row;
  }
  return { rows: before.seq, brokenAt: null };
}

function toEntry({ previous_hash, detail, ...row }: AuditRow): ChainedAuditEntry {
  return { ...row, detail: JSON.parse(detail) as AuditEntry['detail'], previousHash: previous_hash };
}

function hashOf(row: Omit<AuditRow, 'hash'>): string {
  const canonical = JSON.stringify([row.seq, row.at, row.kind, row.actor, row.subject, row.detail]);
  return createHash('sha256').update(row.previous_hash).update(canonical).digest('hex');
}

import type { AuditEntry, FoundAuditEntry } from '../../contract/audit-entry.ts';
import type { Database } from '../database/database.ts';

/** A filter of the audit log; a condition that is left out matches everything. */
export interface AuditFilter {
  /** Part of the actor, the kind or the subject. */
  readonly text?: string;
  /** RFC 3339 times: from (inclusive), and before (exclusive). */
  readonly from?: string;
  readonly to?: string;
  /** Only entries older than this one. */
  readonly before?: number;
}

/** Newest first. */
export interface AuditSearch {
  find(filter: AuditFilter, limit: number): FoundAuditEntry[];
}

interface FoundRow extends Omit<FoundAuditEntry, 'detail'> {
  readonly detail: string;
}

export function createAuditSearch(database: Database): AuditSearch {
  const find = database.prepare<[Record<string, string | number>], FoundRow>(
    `SELECT seq, at, kind, actor, subject, detail FROM audit WHERE seq < @before AND at >= @from AND at < @to
     AND (@text = '' OR instr(lower(actor || ' ' || kind || ' ' || subject || ' ' || detail), @text) > 0)
     ORDER BY seq DESC LIMIT @limit`,
  );
  return {
    find: ({ text = '', from = '', to = '9999', before = Number.MAX_SAFE_INTEGER }, limit) =>
      find
        .all({ text: text.toLowerCase(), from, to, before, limit })
        .map((row) => ({ ...row, detail: JSON.parse(row.detail) as AuditEntry['detail'] })),
  };
}

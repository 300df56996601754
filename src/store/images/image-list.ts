import { join } from 'node:path';
import type { ArrivalStatus } from '../../contract/api/images.ts';
import type { Database } from '../database/database.ts';

/** One file as `images list` shows it. Times are RFC 3339, UTC. */
export interface ListedImage {
  readonly file: string;
  readonly sha256: string | null;
  readonly status: ArrivalStatus;
  readonly reason: { readonly code: string; readonly message: string } | null;
  readonly outcome: string | null;
  readonly score: number | null;
  readonly receivedAt: string;
  readonly finishedAt: string | null;
  /** Counts up when a file is written again after it was read. */
  readonly revision: number;
  /** The file that holds the same image and was analysed instead. */
  readonly duplicateOf: string | null;
}

interface ImageFilter {
  readonly status?: string;
  readonly limit?: number;
}

/** The current revision of every file, newest received first. */
export interface ImageList {
  list(filter?: ImageFilter): ListedImage[];
}

interface ImageRow {
  readonly inbox: string;
  readonly path: string;
  readonly sha256: string | null;
  readonly status: ArrivalStatus;
  readonly reason_code: string | null;
  readonly reason_message: string | null;
  readonly outcome: string | null;
  readonly score: number | null;
  readonly discovered_at: number;
  readonly finished_at: number | null;
  readonly revision: number;
  readonly twin_inbox: string | null;
  readonly twin_path: string | null;
}

const SELECT = `SELECT a.inbox, a.path, a.sha256, a.status, a.reason_code, a.reason_message, r.outcome, r.score,
  a.discovered_at, a.finished_at, a.revision, t.inbox AS twin_inbox, t.path AS twin_path
  FROM arrivals a LEFT JOIN results r ON r.arrival_id = a.id LEFT JOIN arrivals t ON t.id = a.duplicate_of
  WHERE a.superseded_by IS NULL`;
const ORDER = 'ORDER BY a.discovered_at DESC, a.id DESC LIMIT ?';
/** SQLite treats a negative limit as no limit. */
const NO_LIMIT = -1;

export function createImageList(database: Database): ImageList {
  const all = database.prepare<[number], ImageRow>(`${SELECT} ${ORDER}`);
  const withStatus = database.prepare<[string, number], ImageRow>(`${SELECT} AND a.status = ? ${ORDER}`);
  return {
    list({ status, limit = NO_LIMIT } = {}) {
      const rows = status === undefined ? all.all(limit) : withStatus.all(status, limit);
      return rows.map(toImage);
    },
  };
}

function toImage(row: ImageRow): ListedImage {
  return {
    file: join(row.inbox, row.path),
    sha256: row.sha256,
    status: row.status,
    reason: row.reason_code === null ? null : { code: row.reason_code, message: row.reason_message ?? '' },
    outcome: row.outcome,
    score: row.score,
    receivedAt: new Date(row.discovered_at).toISOString(),
    finishedAt: row.finished_at === null ? null : new Date(row.finished_at).toISOString(),
    revision: row.revision,
    duplicateOf:
      row.twin_inbox === null || row.twin_path === null ? null : join(row.twin_inbox, row.twin_path),
  };
}

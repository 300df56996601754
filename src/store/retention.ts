import type { Database } from './database/database.ts';
import type { SeenFile } from './images/arrivals.ts';

/** Images finished before these times have expired, by outcome; milliseconds since 1970. */
export interface RetentionCutoffs {
  readonly fracture: number;
  readonly noFracture: number;
  readonly other: number;
}

/** The current revision of an expired file. */
interface ExpiredFile extends Pick<SeenFile, 'path'> {
  readonly id: number;
  readonly inbox: string;
}

/** The expired files in one batch of the ledger. */
interface ExpiredStretch {
  readonly files: readonly ExpiredFile[];
  /** The id after which the next batch starts; null at the end of the ledger. */
  readonly lastId: number | null;
}

/** Removes expired records in small batches. Unacknowledged alerts and undelivered messages are never removed. */
export interface Retention {
  /** Searches one batch of the ledger, small enough not to block other work, after an id. */
  expired(cutoffs: RetentionCutoffs, afterId: number): ExpiredStretch;
  /** Removes files that are gone from the inbox, with all revisions and results; returns the number of ledger rows. */
  removeFiles(files: readonly Pick<ExpiredFile, 'id'>[]): number;
  /** Removes results of files that are still in the inbox; their rows stay, so that they are not analysed again. */
  removeResults(files: readonly Pick<ExpiredFile, 'id'>[]): number;
  /** Removes alerts closed before a time whose images are all removed, some hundreds per call; returns how many. */
  removeAlerts(before: number): number;
}

interface ExpiredRow {
  readonly id: number;
  readonly inbox: string;
  readonly path: string;
}

interface StudyRow {
  readonly study_key: string | null;
}

const STRETCH = 200;

/**
 * Records that stay at any age: an alert that is not closed, a result that is not delivered yet, a revision in
 * progress.
 */
const IS_OVER = `a.superseded_by IS NULL AND a.status IN ('done', 'not-analysed', 'failed', 'duplicate', 'vanished')
  AND a.retry_at IS NULL
  AND NOT EXISTS (SELECT 1 FROM results k JOIN alerts l ON l.study_key = k.study_key
    WHERE k.arrival_id = a.id AND l.state <> 'closed')
  AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.order_key = 'image-' || a.id AND o.delivered_at IS NULL)
  AND NOT EXISTS (SELECT 1 FROM arrivals b WHERE b.inbox = a.inbox AND b.path = a.path
    AND b.status NOT IN ('done', 'not-analysed', 'failed', 'duplicate', 'vanished'))`;

const STRETCH_SQL = 'SELECT max(id) AS last FROM (SELECT id FROM arrivals WHERE id > ? ORDER BY id LIMIT ?)';
const REVISIONS = `SELECT b.id FROM arrivals a JOIN arrivals b ON b.inbox = a.inbox AND b.path = a.path
  WHERE a.id = ? ORDER BY b.id`;
const REMOVE = 'DELETE FROM arrivals WHERE id = ?';
const REMOVE_RESULT = 'DELETE FROM results WHERE arrival_id = ? RETURNING study_key';
const REMOVE_ALERTS = `DELETE FROM alerts WHERE id IN (SELECT l.id FROM alerts l WHERE l.state = 'closed' AND l.updated_at < ?
  AND NOT EXISTS (SELECT 1 FROM results r WHERE r.study_key = l.study_key)
  AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.alert_id = l.id AND o.delivered_at IS NULL) LIMIT ?)
  RETURNING study_key`;
const REMOVE_NAME = `DELETE FROM case_refs WHERE study_key = @key AND NOT EXISTS (SELECT 1 FROM results WHERE study_key = @key)
  AND NOT EXISTS (SELECT 1 FROM alerts WHERE study_key = @key)`;

export function createRetention(database: Database): Retention {
  const { removeNames, removeResultOf, removeFile } = prepareRemoval(database);
  const stretch = database.prepare<[number, number], { readonly last: number | null }>(STRETCH_SQL);
  const expired = database.prepare<[RetentionCutoffs & { afterId: number; lastId: number }], ExpiredRow>(
    `SELECT a.id, a.inbox, a.path FROM arrivals a NOT INDEXED LEFT JOIN results r ON r.arrival_id = a.id
     WHERE a.id > @afterId AND a.id <= @lastId AND a.finished_at < CASE
       WHEN r.outcome IN ('fracture-detected', 'fracture-suspected') THEN @fracture
       WHEN r.outcome = 'no-fracture-detected' THEN @noFracture ELSE @other END AND ${IS_OVER}
     ORDER BY a.id`,
  );
  const removeAlerts = database.prepare<[number, number], StudyRow>(REMOVE_ALERTS);

  return {
    expired(cutoffs, afterId) {
      const lastId = stretch.get(afterId, STRETCH)?.last ?? null;
      return { lastId, files: lastId === null ? [] : expired.all({ ...cutoffs, afterId, lastId }) };
    },
    removeFiles: (files) => database.transact(() => files.reduce((sum, { id }) => sum + removeFile(id), 0)),
    removeResults: (files) =>
      database.transact(() => files.reduce((sum, { id }) => sum + removeResultOf(id), 0)),
    removeAlerts: (before) =>
      database.transact(() => {
        const removed = removeAlerts.all(before, STRETCH);
        removeNames(removed);
        return removed.length;
      }),
  };
}

interface Removal {
  /** Case references without a result or an alert. */
  readonly removeNames: (rows: readonly StudyRow[]) => void;
  /** Removes the result of an arrival; returns the number of rows. */
  readonly removeResultOf: (id: number) => number;
  /** Removes a file with all its revisions; returns the number of rows. */
  readonly removeFile: (id: number) => number;
}

function prepareRemoval(database: Database): Removal {
  const revisions = database.prepare<[number], { readonly id: number }>(REVISIONS);
  const references = ['previous_id', 'duplicate_of', 'superseded_by'].map((column) =>
    database.prepare<[number]>(`UPDATE arrivals SET ${column} = NULL WHERE ${column} = ?`),
  );
  const remove = database.prepare<[number]>(REMOVE);
  const removeResult = database.prepare<[number], StudyRow>(REMOVE_RESULT);
  const removeName = database.prepare<[{ key: string }]>(REMOVE_NAME);

  function removeNames(rows: readonly StudyRow[]): void {
    for (const { study_key: key } of rows) {
      if (key !== null) removeName.run({ key });
    }
  }

  function removeResultOf(id: number): number {
    const rows = removeResult.all(id);
    removeNames(rows);
    return rows.length;
  }

  function removeFile(id: number): number {
    // Oldest first, so that no older revision becomes the current one.
    const all = revisions.all(id);
    for (const { id: revision } of all) {
      removeResultOf(revision);
      for (const reference of references) reference.run(revision);
      remove.run(revision);
    }
    return all.length;
  }

  return { removeNames, removeResultOf, removeFile };
}

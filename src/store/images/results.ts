import type { Alert } from '../../contract/alert.ts';
import type { AnalysisResult } from '../../contract/analysis-result.ts';
import type { AlertRecords } from '../alerts/alert-records.ts';
import type { Database } from '../database/database.ts';
import type { OutboxMessage } from '../../contract/outgoing-message.ts';
import type { Outbox } from '../alerts/outbox.ts';

/** All records of one analysed image. */
interface ResultRecord {
  readonly arrivalId: number;
  readonly result: AnalysisResult;
  /** The same for all images of a study; null if the file belongs to none. */
  readonly studyKey: string | null;
  readonly alertChanges: readonly Alert[];
  readonly outbox: readonly OutboxMessage[];
  /** When a failed image is retried, milliseconds since 1970. */
  readonly retryAt?: number;
  /** Whether the patient is over 75, for figures about the elderly; null or absent if the age is unknown. */
  readonly isOver75?: boolean | null;
}

/** The latest analysed result of one image of a study. */
interface StudyImage {
  readonly arrivalId: number;
  /** Milliseconds since 1970. */
  readonly receivedAt: number;
  readonly finishedAt: number;
  readonly result: AnalysisResult;
}

export interface Results {
  /** Writes result, alerts, messages and the ledger's last step in one transaction, on the disk when it returns. */
  record(record: ResultRecord): void;
  /** One entry per image (SOP instance, else content) that was analysed, in order of arrival. */
  ofStudy(studyKey: string): StudyImage[];
  of(arrivalId: number): AnalysisResult | undefined;
  /** The latest result; null before the first. */
  last(): { readonly finishedAt: number; readonly status: string } | null;
  /** The latest analysed results, newest first. */
  latest(limit: number): AnalysisResult[];
  /** Times of the results since a time, the latest `limit`, oldest first; milliseconds since 1970. */
  finishedSince(since: number, limit: number): number[];
}

interface StudyRow {
  readonly arrival_id: number;
  readonly image: string;
  readonly discovered_at: number;
  readonly finished_at: number;
  readonly json: string;
}

/** The last step of an image in the ledger. */
interface FinishedArrival {
  readonly id: number;
  readonly status: string;
  readonly code: string | null;
  readonly message: string | null;
  readonly retryAt: number | null;
  readonly at: number;
}

type ResultColumns = readonly (string | number | null)[];

const INSERT_SQL = `INSERT OR REPLACE INTO results (arrival_id, study_key, sha256, sop_instance_uid, status, outcome, score, body_part,
  finished_at, json, age_over_75) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;
const FINISH = `UPDATE arrivals SET status = @status, reason_code = @code, reason_message = @message, finished_at = @at,
  retry_at = iif(superseded_by IS NULL, @retryAt, NULL) WHERE id = @id`;
const COPY_OF = `SELECT id FROM arrivals WHERE duplicate_of = ? AND status = 'duplicate' AND superseded_by IS NULL
  ORDER BY id LIMIT 1`;
const PROMOTE = `UPDATE arrivals SET status = 'ready', duplicate_of = NULL WHERE id = ?`;
const FOLLOW = 'UPDATE arrivals SET duplicate_of = ? WHERE duplicate_of = ?';
const STUDY = `SELECT r.arrival_id, coalesce(r.sop_instance_uid, r.sha256, r.arrival_id) AS image, a.discovered_at,
  r.finished_at, r.json FROM results r JOIN arrivals a ON a.id = r.arrival_id
  WHERE r.study_key = ? AND r.status = 'analysed' ORDER BY r.arrival_id`;
const ONE = 'SELECT json FROM results WHERE arrival_id = ?';
const LAST = 'SELECT finished_at, status FROM results ORDER BY finished_at DESC LIMIT 1';
const LATEST = `SELECT json FROM (SELECT json, status, finished_at FROM results ORDER BY finished_at DESC LIMIT ?)
  WHERE status = 'analysed' ORDER BY finished_at DESC`;
const SINCE = 'SELECT finished_at FROM results WHERE finished_at >= ? ORDER BY finished_at DESC LIMIT ?';

interface ResultsDeps {
  readonly alerts: AlertRecords;
  readonly outbox: Outbox;
  readonly now: () => number;
}

export function createResults(database: Database, deps: ResultsDeps): Results {
  return { ...prepareReads(database), record: prepareRecord(database, deps) };
}

function prepareRecord(database: Database, { alerts, outbox, now }: ResultsDeps): Results['record'] {
  const replaceByCopy = prepareReplaceByCopy(database);
  const insert = database.prepare<(string | number | null)[]>(INSERT_SQL);
  const finish = database.prepare<[FinishedArrival]>(FINISH);

  return (record) => {
    const { arrivalId, result, studyKey, isOver75 = null } = record;
    database.transact(() => {
      const at = now();
      insert.run(...columnsOf(arrivalId, result, { studyKey, at, isOver75 }));
      for (const alert of record.alertChanges) alerts.save(alert, studyKey);
      outbox.add(record.outbox);
      const changed = finish.run(finishedArrival(record, at));
      if (changed === 0) throw new Error(`Arrival ${arrivalId} is not in the ledger.`);
      if (isLost(result)) replaceByCopy(arrivalId);
    });
  };
}

/** The file is gone, although its content may be fine: a copy that was recorded as a duplicate is analysed. */
function prepareReplaceByCopy(database: Database): (arrivalId: number) => void {
  const copyOf = database.prepare<[number], { readonly id: number }>(COPY_OF);
  const promote = database.prepare<[number]>(PROMOTE);
  const follow = database.prepare<[number, number]>(FOLLOW);
  return (arrivalId) => {
    const copy = copyOf.get(arrivalId);
    if (copy === undefined) return;
    promote.run(copy.id);
    follow.run(copy.id, arrivalId);
  };
}

function prepareReads(database: Database): Omit<Results, 'record'> {
  const study = database.prepare<[string], StudyRow>(STUDY);
  const one = database.prepare<[number], { readonly json: string }>(ONE);
  const last = database.prepare<[], { readonly finished_at: number; readonly status: string }>(LAST);
  const latest = database.prepare<[number], { readonly json: string }>(LATEST);
  const since = database.prepare<[number, number], { readonly finished_at: number }>(SINCE);

  return {
    ofStudy(studyKey) {
      const latest = new Map(study.all(studyKey).map((row) => [row.image, row]));
      return Array.from(latest.values(), (row) => ({
        arrivalId: row.arrival_id,
        receivedAt: row.discovered_at,
        finishedAt: row.finished_at,
        result: parseResult(row.json),
      }));
    },
    of(arrivalId) {
      const row = one.get(arrivalId);
      return row === undefined ? undefined : parseResult(row.json);
    },
    last() {
      const row = last.get();
      return row === undefined ? null : { finishedAt: row.finished_at, status: row.status };
    },
    latest: (limit) => latest.all(limit).map(({ json }) => parseResult(json)),
    finishedSince: (time, limit) =>
      since
        .all(time, limit)
        .map((row) => row.finished_at)
        .toReversed(),
  };
}

function finishedArrival({ arrivalId, result, retryAt }: ResultRecord, at: number): FinishedArrival {
  return {
    id: arrivalId,
    status: result.status === 'analysed' ? 'done' : result.status,
    code: result.reason?.code ?? null,
    message: result.reason?.message ?? null,
    retryAt: result.status === 'failed' ? (retryAt ?? null) : null,
    at,
  };
}

function isLost(result: AnalysisResult): boolean {
  const code = result.reason?.code;
  return code === 'FILE_VANISHED' || code === 'FILE_UNREADABLE' || code === 'FILE_NOT_REGULAR';
}

function columnsOf(
  arrivalId: number,
  result: AnalysisResult,
  {
    studyKey,
    at,
    isOver75,
  }: Pick<ResultRecord, 'studyKey'> & { readonly at: number; readonly isOver75: boolean | null },
): ResultColumns {
  const { sha256, status, outcome, score, image } = result;
  const sopInstanceUid = image?.sopInstanceUid ?? null;
  const json = JSON.stringify(result);
  return [
    arrivalId,
    studyKey,
    sha256,
    sopInstanceUid,
    status,
    outcome,
    score,
    image?.bodyPart ?? null,
    at,
    json,
    isOver75 === null ? null : Number(isOver75),
  ];
}

function parseResult(json: string): AnalysisResult {
  return JSON.parse(json) as AnalysisResult;
}

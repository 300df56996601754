import type { Alert } from '../../contract/alert.ts';
import type { Database } from '../database/database.ts';

export interface AlertRecords {
  get(id: string): Alert | undefined;
  /** All alerts of a study, including closed ones, oldest first. */
  forStudy(studyKey: string): Alert[];
  /** Every alert that is not closed, oldest first. */
  open(): Alert[];
  /** Every alert that is on a ward, oldest first: those that are not closed, and withdrawn ones until cleared. */
  shown(): Alert[];
  /** Every alert that changed since a time, including closed ones; milliseconds since 1970. */
  changedSince(time: number): Alert[];
  /** Newest first, including closed ones. */
  list(limit: number): Alert[];
  /** The study of an alert. */
  studyKeyOf(id: string): string | undefined;
  /**
   * Writes a new alert of a study, or the next revision of one. A revision that is not newer than the stored one,
   * or a second alert of a study and ward before the first is closed, is a bug and throws.
   */
  save(alert: Alert, studyKey: string | null): void;
}

interface AlertRow {
  readonly json: string;
}

type AlertColumns = readonly [
  {
    readonly id: string;
    readonly studyKey: string;
    readonly ward: string;
    readonly state: string;
    readonly priority: string;
    readonly rev: number;
    readonly json: string;
    readonly at: number;
  },
];

const GET = 'SELECT json FROM alerts WHERE id = ?';
const STUDY_KEY = 'SELECT study_key FROM alerts WHERE id = ?';
const FOR_STUDY = 'SELECT json FROM alerts WHERE study_key = ? ORDER BY created_at, id';
const OPEN = `SELECT json FROM alerts WHERE state <> 'closed' AND state <> 'withdrawn' ORDER BY created_at, id`;
const SHOWN = `SELECT json FROM alerts WHERE state <> 'closed' ORDER BY created_at, id`;
const CHANGED = 'SELECT json FROM alerts WHERE updated_at >= ? ORDER BY updated_at, id';
const LIST = 'SELECT json FROM alerts ORDER BY created_at DESC, id DESC LIMIT ?';
const UPSERT = `INSERT INTO alerts VALUES (@id, @studyKey, @ward, @state, @priority, @rev, @json, @at, @at)
  ON CONFLICT (id) DO UPDATE SET ward = excluded.ward, state = excluded.state, priority = excluded.priority, rev = excluded.rev,
  json = excluded.json, updated_at = excluded.updated_at WHERE excluded.rev > rev`;

export function createAlertRecords(database: Database, now: () => number): AlertRecords {
  const get = database.prepare<[string], AlertRow>(GET);
  const studyKey = database.prepare<[string], { readonly study_key: string }>(STUDY_KEY);
  const forStudy = database.prepare<[string], AlertRow>(FOR_STUDY);
  // `NOT IN` would not use the index of the alerts on the wards, which stays small while the history grows.
  const open = database.prepare<[], AlertRow>(OPEN);
  const shown = database.prepare<[], AlertRow>(SHOWN);
  const changed = database.prepare<[number], AlertRow>(CHANGED);
  const list = database.prepare<[number], AlertRow>(LIST);
  const upsert = database.prepare<[...AlertColumns]>(UPSERT);

  function studyKeyOf(id: string): string | undefined {
    return studyKey.get(id)?.study_key;
  }

  return {
    get: (id) => get.all(id).map(toAlert)[0],
    forStudy: (key) => forStudy.all(key).map(toAlert),
    open: () => open.all().map(toAlert),
    shown: () => shown.all().map(toAlert),
    changedSince: (time) => changed.all(time).map(toAlert),
    list: (limit) => list.all(limit).map(toAlert),
    studyKeyOf,
    save(alert, key) {
      const owner = key ?? studyKeyOf(alert.id);
      if (owner === undefined) throw new Error(`Alert ${alert.id} belongs to no study.`);
      const { id, priority, rev } = alert;
      const json = JSON.stringify(alert);
      const written = upsert.run({
        id,
        studyKey: owner,
        ward: alert.place.ward,
        state: stateOf(alert),
        priority,
        rev,
        json,
        at: now(),
      });
      if (written === 0) throw new Error(`Revision ${rev} of alert ${id} is not newer than the stored one.`);
    },
  };
}

/** A withdrawn alert is closed for users, but stays on the wards until it is cleared. */
function stateOf({ state, withdrawn, times }: Alert): string {
  return state === 'closed' && withdrawn !== null && times.cleared === null ? 'withdrawn' : state;
}

function toAlert(row: AlertRow): Alert {
  return JSON.parse(row.json) as Alert;
}

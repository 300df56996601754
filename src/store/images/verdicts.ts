import type { Verdict, VerdictKind } from '../../contract/api/images.ts';
import type { Box } from '../../contract/box.ts';
import type { Database } from '../database/database.ts';

/** A user's verdict on one finding of an image. */
export interface NewVerdict {
  readonly arrivalId: number;
  readonly studyKey: string | null;
  readonly kind: VerdictKind;
  /** Index of the finding; null for a verdict on the whole image, or for a missed fracture. */
  readonly finding: number | null;
  /** A choice; free text could name a patient. */
  readonly reason: string | null;
  /** The missed fracture, in the image's pixels. */
  readonly box: Box | null;
  readonly by: string;
  readonly at: number;
  readonly outcome: string | null;
  readonly confidence: number | null;
  readonly region: string | null;
  readonly isOver75: boolean | null;
  readonly model: string | null;
}

/** Verdicts on findings. An undone verdict is retained but does not count; a later one on a finding replaces it. */
export interface Verdicts {
  add(verdict: NewVerdict): number;
  get(id: number): Verdict | undefined;
  /** The current verdicts on an image: the last per finding, and every missed fracture. */
  standing(arrivalId: number): Verdict[];
  /** Undoes a verdict; false if it is already applied or undone. */
  undo(id: number, at: number): boolean;
  /** Verdicts given before a time that are neither undone nor applied, oldest first. */
  pending(before: number): Verdict[];
  markApplied(id: number, at: number): void;
}

interface VerdictRow {
  readonly id: number;
  readonly arrival_id: number | null;
  readonly study_key: string | null;
  readonly kind: VerdictKind;
  readonly finding: number | null;
  readonly reason: string | null;
  readonly box: string | null;
  readonly by: string;
  readonly at: number;
  readonly settled_at: number | null;
}

export function createVerdicts(database: Database): Verdicts {
  const insert = database.prepare<[Record<string, string | number | null>], { readonly id: number }>(
    `INSERT INTO verdicts (arrival_id, study_key, kind, finding, reason, box, by, at, outcome, confidence, region,
       age_over_75, model) VALUES (@arrivalId, @studyKey, @kind, @finding, @reason, @box, @by, @at, @outcome,
       @confidence, @region, @old, @model) RETURNING id`,
  );
  const get = database.prepare<[number], VerdictRow>('SELECT * FROM verdicts WHERE id = ?');
  const standing = database.prepare<[number], VerdictRow>(
    `SELECT * FROM verdicts v WHERE arrival_id = ? AND undone_at IS NULL AND (kind = 'missed' OR NOT EXISTS (
       SELECT 1 FROM verdicts w WHERE w.arrival_id = v.arrival_id AND w.undone_at IS NULL AND w.kind <> 'missed'
       AND w.finding IS v.finding AND w.id > v.id)) ORDER BY id`,
  );
  const undo = database.prepare<[number, number]>(
    'UPDATE verdicts SET undone_at = ? WHERE id = ? AND undone_at IS NULL AND settled_at IS NULL',
  );
  const pending = database.prepare<[number], VerdictRow>(
    'SELECT * FROM verdicts WHERE settled_at IS NULL AND undone_at IS NULL AND at <= ? ORDER BY at, id LIMIT 100',
  );
  const markApplied = database.prepare<[number, number]>('UPDATE verdicts SET settled_at = ? WHERE id = ?');
  return {
    add({ isOver75, box, ...verdict }) {
      const row = insert.get({
        ...verdict,
        box: box === null ? null : JSON.stringify(box),
        old: isOver75 === null ? null : Number(isOver75),
      });
      if (row === undefined) throw new Error('A verdict was written without an id.');
      return row.id;
    },
    get: (id) => get.all(id).map(toVerdict)[0],
    standing: (arrivalId) => standing.all(arrivalId).map(toVerdict),
    undo: (id, at) => undo.run(at, id) > 0,
    pending: (before) => pending.all(before).map(toVerdict),
    markApplied: (id, at) => void markApplied.run(at, id),
  };
}

function toVerdict(row: VerdictRow): Verdict {
  const { id, kind, finding, reason, by, at } = row;
  return {
    ...{ id, kind, finding, reason, by, at },
    arrivalId: row.arrival_id,
    studyKey: row.study_key,
    box: row.box === null ? null : (JSON.parse(row.box) as Box),
    isSettled: row.settled_at !== null,
  };
}

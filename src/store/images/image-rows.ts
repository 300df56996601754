import type { ArrivalStatus, ShownAlert, ShownImage, Verdict } from '../../contract/api/images.ts';
import type { Alert } from '../../contract/alert.ts';
import type { AnalysisResult } from '../../contract/analysis-result.ts';
import { shareableImage } from '../../contract/shareable-image.ts';
import type { Database } from '../database/database.ts';

interface Row {
  readonly id: number;
  readonly at: number;
  readonly status: ArrivalStatus;
  readonly reason_code: string | null;
  readonly study_key: string | null;
  readonly json: string | null;
  readonly ref: string | null;
  readonly verdict: Verdict['kind'] | null;
}

const ROWS = `SELECT a.id, a.discovered_at AS at, a.status, a.reason_code, r.study_key, r.json, c.ref,
    (SELECT v.kind FROM verdicts v WHERE v.arrival_id = a.id AND v.undone_at IS NULL ORDER BY v.id DESC LIMIT 1) AS verdict
  FROM json_each(?) wanted CROSS JOIN arrivals a ON a.id = wanted.value LEFT JOIN results r ON r.arrival_id = a.id
  LEFT JOIN case_refs c ON c.study_key = r.study_key WHERE a.superseded_by IS NULL
  ORDER BY a.discovered_at DESC, a.id DESC`;

/** Rows of the console's list by their ids, newest received first; unknown ids are left out. */
export function createImageRows(database: Database): (ids: readonly number[]) => ShownImage[] {
  const rows = database.prepare<[string], Row>(ROWS);
  const alertOf = database.prepare<[string], { readonly json: string }>(
    'SELECT json FROM alerts WHERE study_key = ? ORDER BY created_at DESC, id DESC LIMIT 1',
  );
  return (ids) => rows.all(JSON.stringify(ids)).map((row) => toShown(row, row.study_key, alertOf));
}

function toShown(
  row: Row,
  studyKey: string | null,
  alertOf: { get(key: string): { readonly json: string } | undefined },
): ShownImage {
  const result = row.json === null ? null : (JSON.parse(row.json) as AnalysisResult);
  const image = result?.image ? shareableImage(result.image) : null;
  const found = result?.outcome === 'fracture-detected' || result?.outcome === 'fracture-suspected';
  const alert = found && studyKey !== null ? alertOf.get(studyKey) : undefined;
  return {
    id: row.id,
    at: row.at,
    status: row.status,
    reason: row.reason_code,
    outcome: result?.outcome ?? null,
    score: result?.score ?? null,
    findings: result?.findings.length ?? 0,
    region: image?.bodyRegion ?? null,
    laterality: image?.laterality ?? null,
    viewPosition: image?.viewPosition ?? null,
    modality: image?.modality ?? null,
    acquiredAt: image?.acquiredAt ?? null,
    caseRef: row.ref,
    alert: alert === undefined ? null : toShownAlert(JSON.parse(alert.json) as Alert),
    verdict: row.verdict,
  };
}

function toShownAlert({ id, place, state, times, acknowledgedBy, withdrawn }: Alert): ShownAlert {
  return {
    id,
    ward: place.ward,
    state,
    raisedAt: times.raised,
    publishedAt: times.published,
    acknowledgedAt: times.acknowledged,
    acknowledgedBy: acknowledgedBy?.name ?? null,
    withdrawnBy: withdrawn?.by ?? null,
  };
}

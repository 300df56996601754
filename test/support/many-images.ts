import type { Alert } from '../../src/contract/alert.ts';
import { openDatabase } from '../../src/store/database/database.ts';
import { openStore } from '../../src/store/open-store.ts';
import { createVerdicts } from '../../src/store/images/verdicts.ts';
import { seeded } from './seeded.ts';

const MINUTE_MS = 60_000;
/** The most frequent first. */
const PARTS = [
  'wrist',
  'hip',
  'ankle',
  'hand',
  'shoulder',
  'ribs',
  'knee',
  'elbow',
  'foot',
  'pelvis',
] as const;

/**
 * Fills a store that no process has open with `images` analysed images of all body parts, one every few minutes up to
 * `until`: every twelfth with a finding, every fiftieth not analysed. All are invented.
 */
export function fillStore(path: string, images: number, until: number, everyMinutes = 1): void {
  openStore(path, { clock: { now: () => until } })[Symbol.dispose]();
  using database = openDatabase(path, { isReadOnly: false, busyTimeoutMs: 5000 });
  const arrival = database.prepare<[Record<string, string | number>]>(
    `INSERT INTO arrivals (id, inbox, path, size_bytes, mtime_ms, revision, sha256, status, discovered_at, ready_at,
       finished_at, reason_code, turn) VALUES (@id, '/export', @path, 10, @at, 1, @sha, @status, @at, @at, @at + 900,
       iif(@status = 'done', NULL, 'MODALITY_OUT_OF_SCOPE'), 1)`,
  );
  const result = database.prepare<[Record<string, string | number | null>]>(
    `INSERT INTO results (arrival_id, study_key, sha256, status, outcome, score, body_part, finished_at, json, age_over_75)
     VALUES (@id, @study, @sha, @status, @outcome, @score, @part, @at + 900, @json, @old)`,
  );
  const random = seeded(20261122);
  database.transact(() => {
    for (let id = 1; id <= images; id += 1) {
      const at = until - (images - id) * everyMinutes * MINUTE_MS;
      const sha = id.toString(16).padStart(64, '0');
      const isAnalysed = id % 50 !== 0;
      const isFound = isAnalysed && id % 12 === 0;
      const confidence = 0.4 + random() * 0.55;
      const score = isAnalysed ? (isFound ? confidence : random() * 0.35) : null;
      const outcome = isFound
        ? confidence >= 0.7
          ? 'fracture-detected'
          : 'fracture-suspected'
        : 'no-fracture-detected';
      const part = PARTS[Math.floor(random() ** 1.6 * PARTS.length)] ?? 'wrist';
      arrival.run({ id, path: `${id}.dcm`, at, sha, status: isAnalysed ? 'done' : 'not-analysed' });
      const json = JSON.stringify(resultOf({ sha, isAnalysed, outcome, score, part, confidence, isFound }));
      const study = `study-${Math.floor(id / 3)}`;
      const status = isAnalysed ? 'analysed' : 'not-analysed';
      const shown = isAnalysed ? outcome : null;
      result.run({
        id,
        study,
        sha,
        status,
        outcome: shown,
        score,
        part,
        at,
        json,
        old: Math.floor(id / 12) % 2,
      });
    }
  });
}

function resultOf(facts: {
  readonly sha: string;
  readonly isAnalysed: boolean;
  readonly isFound: boolean;
  readonly outcome: string;
  readonly score: number | null;
  readonly part: string;
  readonly confidence: number;
}): object {
  const { sha, isAnalysed, isFound, outcome, score, part, confidence } = facts;
  const box = { x: 900, y: 1200, width: 160, height: 120 };
  return {
    schema: 'bonewatch.result/1',
    file: '/export/x.dcm',
    sha256: sha,
    status: isAnalysed ? 'analysed' : 'not-analysed',
    reason: isAnalysed ? null : { code: 'MODALITY_OUT_OF_SCOPE', message: 'CT is outside the scope.' },
    image: {
      ...{ width: 2304, height: 2880, modality: 'DX', bodyPart: part.toUpperCase(), bodyRegion: part },
      ...{ laterality: 'L', viewPosition: 'PA', photometricInterpretation: 'MONOCHROME2' },
      ...{
        transferSyntaxUid: '1.2.840.10008.1.2.1',
        sopInstanceUid: null,
        studyInstanceUid: null,
        acquiredAt: null,
      },
    },
    outcome: isAnalysed ? outcome : null,
    score,
    findings: isFound ? [{ label: 'fracture', confidence, box, polygon: null }] : [],
    models: [{ name: 'tiny', version: '1.0.0', sha256: 'a'.repeat(64), task: 'detection' }],
    executionProvider: 'cpu',
    degraded: false,
    warnings: [],
    timingsMs: isAnalysed
      ? { read: 1, decode: 30, preprocess: 6, inference: 88, postprocess: 1, total: 126 }
      : null,
    notForDiagnosis: true,
  };
}

/**
 * Adds an alert for every image with a finding of the last `days` days, nearly all acknowledged and most with a
 * verdict, as in a year of a hospital.
 */
export function fillAlerts(path: string, days: number, until: number): void {
  using database = openDatabase(path, { isReadOnly: false, busyTimeoutMs: 5000 });
  const verdicts = createVerdicts(database);
  const found = database
    .prepare<
      [number],
      { readonly id: number; readonly at: number; readonly json: string; readonly study_key: string }
    >(
      `SELECT a.id, a.discovered_at AS at, r.json, r.study_key FROM arrivals a JOIN results r ON r.arrival_id = a.id
       WHERE a.outcome IN ('fracture-detected', 'fracture-suspected') AND a.discovered_at >= ? ORDER BY a.id`,
    )
    .all(until - days * 24 * 60 * MINUTE_MS);
  const insert = database.prepare<(string | number)[]>(
    'INSERT INTO alerts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const random = seeded(4711);
  database.transact(() => {
    for (const { id, at, json, study_key: studyKey } of found) {
      const result = JSON.parse(json) as {
        image: { bodyRegion: string };
        findings: { confidence: number }[];
        outcome: string;
      };
      const raised = at + 1000;
      const acknowledged = raised + Math.exp(4.4 + (random() + random() + random() - 1.5) * 1.8) * 1000;
      const alert = anAlertOf({ id, studyKey, result, raised, acknowledged });
      insert.run(
        alert.id,
        studyKey,
        'w3',
        alert.state,
        alert.priority,
        2,
        JSON.stringify(alert),
        raised,
        Math.round(acknowledged),
      );
      if (random() < 0.1) continue;
      const confidence = result.findings[0]?.confidence ?? 0;
      const isRight = random() < confidence * 0.75;
      verdicts.add({
        ...{
          arrivalId: id,
          studyKey,
          finding: 0,
          box: null,
          by: '오유진',
          at: Math.round(acknowledged) + 60_000,
        },
        ...{
          outcome: result.outcome,
          confidence,
          region: result.image.bodyRegion,
          isOver75: Math.floor(id / 12) % 2 === 1,
        },
        kind: isRight ? 'agree' : 'disagree',
        reason: isRight ? null : 'overlap',
        model: at > until - 8 * 7 * 24 * 60 * MINUTE_MS ? 'tiny 1.1.0' : 'tiny 1.0.0',
      });
    }
  });
}

function anAlertOf(facts: {
  readonly id: number;
  readonly studyKey: string;
  readonly result: {
    readonly image: { readonly bodyRegion: string };
    readonly findings: readonly { readonly confidence: number }[];
    readonly outcome: string;
  };
  readonly raised: number;
  readonly acknowledged: number;
}): Alert {
  const { id, result, raised, acknowledged } = facts;
  const at = new Date(raised).toISOString();
  const isLate = acknowledged - raised > 300_000;
  return {
    schema: 'bonewatch.alert/1',
    id: `alert-${id}`,
    ...{ rev: 2, newsRev: 1, state: 'closed', priority: 'medium' },
    outcome: result.outcome === 'fracture-detected' ? 'fracture-detected' : 'fracture-suspected',
    confidence: result.findings[0]?.confidence ?? 0,
    ...{ bodyPart: result.image.bodyRegion, laterality: 'L', sites: [] },
    ...{ place: { ward: 'w3', room: null, bed: null }, wards: ['w3'], isQuiet: false },
    escalation: isLate ? { step: 1, at, reason: 'not-acknowledged', isLouder: true } : null,
    ...{ withdrawn: null, caseRef: 'K7Q2', images: { count: 1, withFindings: 1 } },
    times: {
      ...{ acquired: null, received: at, inferred: at, published: at, raised: at, sounded: at },
      acknowledged: new Date(acknowledged).toISOString(),
      cleared: new Date(acknowledged + 1_800_000).toISOString(),
    },
    acknowledgedBy: { name: '김서연 간호사', display: null },
    ...{ models: [], degraded: false, notForDiagnosis: true },
  };
}

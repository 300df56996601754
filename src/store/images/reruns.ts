import type { Comparison } from '../../contract/api/reruns.ts';
import type { AnalysisResult } from '../../contract/analysis-result.ts';
import type { Database } from '../database/database.ts';

/** The result of another model for an image that was already analysed. It raises no alert. */
export interface Rerun {
  readonly arrivalId: number;
  /** Name and version. */
  readonly model: string;
  readonly modelSha256: string;
  readonly by: string;
  readonly at: number;
  readonly result: AnalysisResult;
}

/** The last rerun of each image and model. */
export interface Reruns {
  save(rerun: Rerun): void;
  of(arrivalId: number): Rerun[];
  has(arrivalId: number, model: string): boolean;
  compare(model: string, since: number): Comparison;
}

interface RerunRow {
  readonly arrival_id: number;
  readonly model: string;
  readonly model_sha256: string;
  readonly by: string;
  readonly at: number;
  readonly json: string;
}

interface PairRow {
  readonly first: number;
  readonly second: number;
  readonly id: number;
}

const MAX_DIFFERING = 300;

const REPLACE = `INSERT OR REPLACE INTO reruns (arrival_id, model_sha256, model, by, at, status, outcome, score, json)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`;
const OF = 'SELECT * FROM reruns WHERE arrival_id = ? ORDER BY at DESC';
const HAS = 'SELECT 1 AS found FROM reruns WHERE arrival_id = ? AND model = ?';
const PAIRS = `SELECT a.id, a.outcome <> 'no-fracture-detected' AS first, n.outcome <> 'no-fracture-detected' AS second
  FROM reruns n JOIN arrivals a ON a.id = n.arrival_id WHERE n.model = ? AND n.status = 'analysed'
  AND a.status = 'done' AND a.outcome IS NOT NULL AND a.discovered_at >= ? ORDER BY a.discovered_at DESC, a.id DESC`;

export function createReruns(database: Database): Reruns {
  const replace = database.prepare<(string | number | null)[]>(REPLACE);
  const of = database.prepare<[number], RerunRow>(OF);
  const has = database.prepare<[number, string], { readonly found: number }>(HAS);
  const pairs = database.prepare<[string, number], PairRow>(PAIRS);
  return {
    save({ arrivalId, model, modelSha256, by, at, result }) {
      const { status, outcome, score } = result;
      replace.run(arrivalId, modelSha256, model, by, at, status, outcome, score, JSON.stringify(result));
    },
    of: (arrivalId) =>
      of.all(arrivalId).map((row) => ({
        arrivalId: row.arrival_id,
        model: row.model,
        modelSha256: row.model_sha256,
        by: row.by,
        at: row.at,
        result: JSON.parse(row.json) as AnalysisResult,
      })),
    has: (arrivalId, model) => has.get(arrivalId, model) !== undefined,
    compare(model, since) {
      const found = pairs.all(model, since);
      const count = (first: number, second: number): number =>
        found.filter((pair) => pair.first === first && pair.second === second).length;
      return {
        both: count(1, 1),
        firstOnly: count(1, 0),
        secondOnly: count(0, 1),
        neither: count(0, 0),
        differing: found
          .filter(({ first, second }) => first !== second)
          .slice(0, MAX_DIFFERING)
          .map(({ id }) => id),
      };
    },
  };
}

import type { Alert } from '../../contract/alert.ts';
import { openDatabase, type Database } from '../database/database.ts';
import type { VerdictCounts, Quality, QualityQuestion, QualityWeek } from '../../contract/api/quality.ts';

const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;
const DAYS = 30;
const BINS = 10;
const BASE_WEEKS = 8;
const RECENT_WEEKS = 3;

interface AlertFacts {
  readonly at: number;
  readonly json: string;
  readonly isOld: number | null;
  readonly agreed: number;
  readonly disagreed: number;
}

/** Reads the verdicts and results of a period. May take some hundred milliseconds: call it in a thread. */
export function readQuality(path: string, question: QualityQuestion): Quality {
  using database = openDatabase(path, { isReadOnly: true, busyTimeoutMs: 5000 });
  const start = question.until - question.weeks * WEEK_MS;
  const alerts = alertsSince(database, Math.min(start, question.until - DAYS * DAY_MS));
  const scores = scoresByWeek(database, { ...question, start });
  return {
    weeks: weeksOf(database, { ...question, start, alerts, scores }),
    groups: groupsOf(alerts.filter(({ at }) => at >= start)),
    days: daysOf(alerts, question.until),
    acknowledgements: acknowledgementsOf(alerts, question.until),
    confirmedImages: confirmedImages(database, start),
    drift: driftOf(scores),
  };
}

/** One entry per study with an alert, regardless of the number of wards. */
function alertsSince(database: Database, since: number): readonly AlertFacts[] {
  return database
    .prepare<[number], AlertFacts>(
      `SELECT min(l.created_at) AS at, l.json, (SELECT max(r.age_over_75) FROM results r WHERE r.study_key = l.study_key) AS isOld,
         (SELECT count(*) FROM verdicts v WHERE v.study_key = l.study_key AND v.kind = 'agree' AND v.finding IS NOT NULL
           AND v.undone_at IS NULL AND ${IS_LATEST_VERDICT}) AS agreed,
         (SELECT count(*) FROM verdicts v WHERE v.study_key = l.study_key AND v.kind = 'disagree'
           AND v.undone_at IS NULL AND ${IS_LATEST_VERDICT}) AS disagreed
       FROM alerts l WHERE l.created_at >= ? GROUP BY l.study_key ORDER BY at`,
    )
    .all(since);
}

const IS_LATEST_VERDICT = `NOT EXISTS (SELECT 1 FROM verdicts w WHERE w.arrival_id = v.arrival_id AND w.finding IS v.finding
  AND w.kind <> 'missed' AND w.undone_at IS NULL AND w.id > v.id)`;

interface ScoreRow {
  readonly week: number;
  readonly score: number;
  readonly found: number;
  readonly latency: number;
}

function scoresByWeek(
  database: Database,
  { start, until, weeks }: QualityQuestion & { readonly start: number },
): readonly (readonly ScoreRow[])[] {
  const rows = database
    .prepare<[Record<string, number>], ScoreRow>(
      `SELECT CAST((r.finished_at - @start) / ${WEEK_MS} AS INTEGER) AS week, r.score, r.outcome <> 'no-fracture-detected' AS found,
         r.finished_at - a.discovered_at AS latency
       FROM results r INDEXED BY results_quality JOIN arrivals a ON a.id = r.arrival_id
       WHERE r.finished_at >= @start AND r.finished_at < @until AND r.status = 'analysed' AND r.score IS NOT NULL`,
    )
    .all({ start, until });
  const byWeek: ScoreRow[][] = Array.from({ length: weeks }, () => []);
  for (const row of rows) byWeek[row.week]?.push(row);
  return byWeek;
}

interface WeekParts extends QualityQuestion {
  readonly start: number;
  readonly alerts: readonly AlertFacts[];
  readonly scores: readonly (readonly ScoreRow[])[];
}

function weeksOf(database: Database, { start, weeks, alerts, scores }: WeekParts): readonly QualityWeek[] {
  const known = new Set<string>();
  const firstSeen = firstWeeksOfModels(database, start);
  return Array.from({ length: weeks }, (_, index) => {
    const begins = start + index * WEEK_MS;
    const mine = scores[index] ?? [];
    const newModels = [...firstSeen]
      .filter(([model, week]) => week === index && !known.has(model))
      .map(([model]) => model);
    for (const model of newModels) known.add(model);
    return {
      start: begins,
      images: mine.length,
      found: mine.filter(({ found }) => found === 1).length,
      scores: percentiles(
        mine.map(({ score }) => score),
        [0.05, 0.25, 0.5, 0.75, 0.95],
      ),
      latencyMs: latencyOf(mine),
      newModels,
      ...countVerdicts(alerts.filter(({ at }) => at >= begins && at < begins + WEEK_MS)),
    };
  });
}

/** The week of each model's first verdict; the oldest model, which replaced none, is left out. */
function firstWeeksOfModels(database: Database, start: number): ReadonlyMap<string, number> {
  const rows = database
    .prepare<[], { readonly model: string; readonly at: number }>(
      `SELECT model, min(at) AS at FROM verdicts WHERE model IS NOT NULL GROUP BY model`,
    )
    .all();
  const sorted = rows.toSorted((a, b) => a.at - b.at).slice(1);
  return new Map(sorted.map(({ model, at }) => [model, Math.floor((at - start) / WEEK_MS)]));
}

function countVerdicts(alerts: readonly AlertFacts[]): VerdictCounts {
  const confirmed = alerts.filter(({ agreed }) => agreed > 0).length;
  const refuted = alerts.filter(({ agreed, disagreed }) => agreed === 0 && disagreed > 0).length;
  return { confirmed, refuted, withoutVerdict: alerts.length - confirmed - refuted };
}

function groupsOf(alerts: readonly AlertFacts[]): Quality['groups'] {
  const parts = Map.groupBy(alerts, ({ json }) => (JSON.parse(json) as Alert).bodyPart ?? 'unknown');
  const byPart = [...parts].map(([name, mine]) => ({ name, ...countVerdicts(mine) }));
  const size = (group: VerdictCounts): number => group.confirmed + group.refuted;
  return [
    ...byPart.filter((group) => size(group) > 0).toSorted((a, b) => size(b) - size(a)),
    { name: 'over-75', ...countVerdicts(alerts.filter(({ isOld }) => isOld === 1)) },
    { name: 'under-75', ...countVerdicts(alerts.filter(({ isOld }) => isOld === 0)) },
  ];
}

function daysOf(alerts: readonly AlertFacts[], until: number): Quality['days'] {
  return Array.from({ length: DAYS }, (_, index) => {
    const start = until - (DAYS - index) * DAY_MS;
    return { start, ...countVerdicts(alerts.filter(({ at }) => at >= start && at < start + DAY_MS)) };
  });
}

function acknowledgementsOf(alerts: readonly AlertFacts[], until: number): Quality['acknowledgements'] {
  return alerts.flatMap(({ at, json }) => {
    const { times, escalation } = JSON.parse(json) as Alert;
    if (times.acknowledged === null || at < until - DAYS * DAY_MS) return [];
    const seconds = (Date.parse(times.acknowledged) - Date.parse(times.raised)) / 1000;
    return { at, seconds: Math.max(1, seconds), isEscalated: escalation !== null };
  });
}

function confirmedImages(database: Database, since: number): Quality['confirmedImages'] {
  const row = database
    .prepare<[number], { readonly found: number; readonly missed: number }>(
      `SELECT coalesce(sum(found), 0) AS found, coalesce(sum(found = 0), 0) AS missed FROM (
         SELECT max(v.kind = 'agree') AS found FROM verdicts v WHERE v.at >= ? AND v.undone_at IS NULL
         AND ((v.kind = 'agree' AND v.finding IS NOT NULL AND ${IS_LATEST_VERDICT}) OR (v.kind = 'missed' AND v.reason = 'fracture'))
         GROUP BY coalesce(v.arrival_id, -v.id))`,
    )
    .get(since);
  return row ?? { found: 0, missed: 0 };
}

function latencyOf(rows: readonly ScoreRow[]): QualityWeek['latencyMs'] {
  const [p50, p95] =
    percentiles(
      rows.map(({ latency }) => latency),
      [0.5, 0.95],
    ) ?? [];
  return p50 === undefined || p95 === undefined ? null : { p50, p95 };
}

function percentiles(values: readonly number[], shares: readonly number[]): readonly number[] | null {
  if (values.length === 0) return null;
  const sorted = Float64Array.from(values).sort();
  return shares.map((share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0);
}

/** Null until the first and the recent weeks no longer overlap. */
function driftOf(scores: readonly (readonly ScoreRow[])[]): number | null {
  const filled = scores.filter((week) => week.length > 0);
  if (filled.length < BASE_WEEKS + RECENT_WEEKS) return null;
  const base = sharesOf(filled.slice(0, BASE_WEEKS).flat());
  const recent = sharesOf(filled.slice(-RECENT_WEEKS).flat());
  return recent.reduce(
    (sum, share, bin) => sum + (share - (base[bin] ?? 0)) * Math.log(share / (base[bin] ?? 1)),
    0,
  );
}

/** Never exactly 0, for the logarithm. */
function sharesOf(rows: readonly ScoreRow[]): readonly number[] {
  const counts = new Array<number>(BINS).fill(0.5);
  for (const { score } of rows) {
    const bin = Math.min(BINS - 1, Math.floor(score * BINS));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return counts.map((count) => count / (rows.length + BINS / 2));
}

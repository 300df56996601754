import type { Alert } from '../alerts/alert.ts';
import type { AnalysisResult } from '../analysis-result.ts';
import type { ArrivalStatus } from './arrival-status.ts';
import type { Database } from './database.ts';
import type { Verdict, VerdictKind } from './verdicts.ts';

/** What a person looks for among the images; what is left out does not narrow. Times are milliseconds since 1970. */
export interface ImageFilter {
  readonly from?: number;
  /** Before this time. */
  readonly to?: number;
  readonly regions?: readonly string[];
  readonly outcomes?: readonly string[];
  /** Without it every status but `duplicate`, whose image stands in the list already. */
  readonly statuses?: readonly ArrivalStatus[];
  readonly caseRef?: string;
  /** Its alert waits for somebody to acknowledge it. */
  readonly isUnseen?: boolean;
  /** It has findings that nobody has agreed or disagreed with. */
  readonly isUnjudged?: boolean;
}

/** A place in the list, which is newest received first. */
export interface ListPlace {
  readonly at: number;
  readonly id: number;
}

/** One image as a row of the console's list. Nothing in it names a patient, nor the file, whose name may. */
export interface ShownImage extends ListPlace {
  readonly status: ArrivalStatus;
  readonly reason: string | null;
  readonly outcome: AnalysisResult['outcome'];
  readonly score: number | null;
  readonly findings: number;
  readonly region: string | null;
  readonly laterality: 'L' | 'R' | 'B' | null;
  readonly viewPosition: string | null;
  readonly modality: string | null;
  readonly acquiredAt: string | null;
  readonly caseRef: string | null;
  /** The newest alert of its study; null where there is none. */
  readonly alert: ShownAlert | null;
  readonly verdict: VerdictKind | null;
}

interface ShownAlert {
  readonly id: string;
  readonly ward: string;
  readonly state: Alert['state'];
  readonly raisedAt: string;
  readonly publishedAt: string | null;
  readonly acknowledgedAt: string | null;
  readonly acknowledgedBy: string | null;
  readonly withdrawnBy: string | null;
}

/** How long the list is, and where each of its pages begins. */
export interface ListOutline {
  readonly total: number;
  readonly places: readonly ListPlace[];
}

/** Where an image's file is, to look at it again. */
interface FilePlace {
  readonly id: number;
  readonly inbox: string;
  readonly path: string;
  readonly sha256: string | null;
}

interface InboxCount {
  readonly inbox: string;
  readonly images: number;
  readonly lastAt: number;
}

/** The images as people look for them: the present revision of each file. */
export interface ImageSearch {
  /** A page, from a place on (that one included), or from the newest. */
  page(filter: ImageFilter, from: ListPlace | null, limit: number): ShownImage[];
  outline(filter: ImageFilter, pageSize: number): ListOutline;
  count(filter: ImageFilter): number;
  byIds(ids: readonly number[]): ShownImage[];
  fileOf(id: number): FilePlace | undefined;
  studyOf(id: number): { readonly studyKey: string | null; readonly isOver75: boolean | null } | undefined;
  /** The images of the study of an alert. */
  ofStudy(studyKey: string): number[];
  /** Present revisions of analysed files received since a time, oldest first. */
  analysedSince(since: number): number[];
  /** What each inbox has received since a time. */
  perInbox(since: number): InboxCount[];
  /** The newest row, and those that are on their way with their status. */
  moving(): { readonly newest: number; readonly status: ReadonlyMap<number, ArrivalStatus> };
  /** Rows after an id, at most `limit`. */
  after(id: number, limit: number): number[];
}

interface Parameters {
  readonly from: number;
  readonly until: number;
  readonly regions: string | null;
  readonly outcomes: string | null;
  readonly statuses: string | null;
  readonly caseRef: string | null;
  readonly at: number;
  readonly id: number;
}

const FAR_FUTURE = Number.MAX_SAFE_INTEGER;
const MOVING_STATUSES = ['discovered', 'settling', 'ready', 'decoding', 'inferring'] as const;
const MOST_MOVING = 100;

/** What each part of a filter asks; most is answered from the index alone. */
const CONDITIONS = {
  statuses: 'a.status IN (SELECT value FROM json_each(@statuses))',
  regions: 'a.region IN (SELECT value FROM json_each(@regions))',
  outcomes: `a.outcome IN (SELECT value FROM json_each(@outcomes)) AND a.status = 'done'`,
  unseen: `a.id IN (SELECT r.arrival_id FROM alerts l CROSS JOIN results r ON r.study_key = l.study_key
    WHERE l.state IN ('open', 'escalated') AND r.outcome IN ('fracture-detected', 'fracture-suspected'))`,
  caseRef: `a.id IN (SELECT r.arrival_id FROM case_refs c CROSS JOIN results r ON r.study_key = c.study_key
    WHERE c.ref = @caseRef)`,
  unjudged: `a.outcome IN ('fracture-detected', 'fracture-suspected') AND a.status = 'done'
    AND NOT EXISTS (SELECT 1 FROM verdicts v WHERE v.arrival_id = a.id AND v.undone_at IS NULL)`,
} as const;
type Condition = keyof typeof CONDITIONS;
const NEWEST_FIRST = 'ORDER BY a.discovered_at DESC, a.id DESC';

export function createImageSearch(database: Database): ImageSearch {
  const finders = new Map<string, Finder>();
  const rows = database.prepare<[string], Row>(ROWS);
  const alertOf = database.prepare<[string], { readonly json: string }>(
    'SELECT json FROM alerts WHERE study_key = ? ORDER BY created_at DESC, id DESC LIMIT 1',
  );
  const file = database.prepare<[number], FilePlace>(
    'SELECT id, inbox, path, sha256 FROM arrivals WHERE id = ?',
  );
  const study = database.prepare<[number], { readonly studyKey: string | null; readonly old: number | null }>(
    'SELECT study_key AS studyKey, age_over_75 AS old FROM results WHERE arrival_id = ?',
  );
  const ofStudy = database.prepare<[string], { readonly id: number }>(
    'SELECT arrival_id AS id FROM results WHERE study_key = ?',
  );
  const analysedSince = database.prepare<[number], { readonly id: number }>(
    `SELECT id FROM arrivals INDEXED BY arrivals_shown WHERE superseded_by IS NULL AND discovered_at >= ?
     AND status = 'done' ORDER BY discovered_at, id`,
  );
  const perInbox = database.prepare<[number], InboxCount>(
    `SELECT inbox, count(*) AS images, max(discovered_at) AS lastAt FROM arrivals
     WHERE superseded_by IS NULL AND discovered_at >= ? GROUP BY inbox`,
  );
  const newest = database.prepare<[], { readonly id: number | null }>('SELECT max(id) AS id FROM arrivals');
  const moving = database.prepare<[], { readonly id: number; readonly status: ArrivalStatus }>(
    MOVING_STATUSES.map(
      (status) => `SELECT * FROM (SELECT id, status FROM arrivals WHERE superseded_by IS NULL
        AND status = '${status}' ORDER BY discovered_at DESC, id DESC LIMIT ${MOST_MOVING})`,
    ).join(' UNION ALL '),
  );
  const after = database.prepare<[number, number], { readonly id: number }>(
    'SELECT id FROM arrivals WHERE id > ? AND superseded_by IS NULL ORDER BY id LIMIT ?',
  );

  /** Each combination of conditions is prepared once: what is not asked for costs nothing per row. */
  function finderOf(filter: ImageFilter): Finder {
    const conditions = conditionsOf(filter);
    const key = conditions.join();
    const finder = finders.get(key) ?? prepareFinder(database, conditions);
    finders.set(key, finder);
    return finder;
  }

  function byIds(ids: readonly number[]): ShownImage[] {
    return rows.all(JSON.stringify(ids)).map((row) => toShown(row, row.study_key, alertOf));
  }

  return {
    page: (filter, from, limit) =>
      byIds(
        finderOf(filter)
          .page.all({ ...parametersOf(filter, from), limit })
          .map(({ id }) => id),
      ),
    outline(filter, pageSize) {
      const { next, count } = finderOf(filter);
      const places: ListPlace[] = [];
      let place = next.get({ ...parametersOf(filter, null), skip: 0 });
      while (place !== undefined) {
        places.push(place);
        place = next.get({ ...parametersOf(filter, place), skip: pageSize });
      }
      const last = places.at(-1);
      const rest = last === undefined ? 0 : (count.get(parametersOf(filter, last))?.total ?? 0);
      return { total: Math.max(0, places.length - 1) * pageSize + rest, places };
    },
    count: (filter) => finderOf(filter).count.get(parametersOf(filter, null))?.total ?? 0,
    byIds,
    fileOf: (id) => file.get(id),
    studyOf(id) {
      const found = study.get(id);
      if (found === undefined) return undefined;
      return { studyKey: found.studyKey, isOver75: found.old === null ? null : found.old === 1 };
    },
    ofStudy: (key) => ofStudy.all(key).map(({ id }) => id),
    analysedSince: (since) => analysedSince.all(since).map(({ id }) => id),
    perInbox: (since) => perInbox.all(since),
    moving: () => ({
      newest: newest.get()?.id ?? 0,
      status: new Map(moving.all().map(({ id, status }) => [id, status])),
    }),
    after: (id, limit) => after.all(id, limit).map((row) => row.id),
  };
}

type Finder = ReturnType<typeof prepareFinder>;

function prepareFinder(database: Database, conditions: readonly Condition[]) {
  const usual = conditions.includes('statuses') ? [] : [`a.status <> 'duplicate'`];
  const matches = `FROM arrivals a INDEXED BY arrivals_shown WHERE ${[
    'a.superseded_by IS NULL AND a.discovered_at >= @from AND a.discovered_at <= @until',
    '(a.discovered_at < @at OR a.id <= @id)',
    ...usual,
    ...conditions.map((condition) => CONDITIONS[condition]),
  ].join(' AND ')}`;
  return {
    page: database.prepare<[Parameters & { limit: number }], ListPlace>(
      `SELECT a.discovered_at AS at, a.id ${matches} ${NEWEST_FIRST} LIMIT @limit`,
    ),
    count: database.prepare<[Parameters], { readonly total: number }>(`SELECT count(*) AS total ${matches}`),
    next: database.prepare<[Parameters & { skip: number }], ListPlace>(
      `SELECT a.discovered_at AS at, a.id ${matches} ${NEWEST_FIRST} LIMIT 1 OFFSET @skip`,
    ),
  };
}

function conditionsOf(filter: ImageFilter): readonly Condition[] {
  const asked: Readonly<Record<Condition, boolean>> = {
    statuses: filter.statuses !== undefined,
    regions: filter.regions !== undefined,
    outcomes: filter.outcomes !== undefined,
    unseen: filter.isUnseen === true,
    caseRef: filter.caseRef !== undefined,
    unjudged: filter.isUnjudged === true,
  };
  return (Object.keys(CONDITIONS) as Condition[]).filter((condition) => asked[condition]);
}

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

function parametersOf(filter: ImageFilter, from: ListPlace | null): Parameters {
  const list = (values: readonly string[] | undefined): string | null =>
    values === undefined ? null : JSON.stringify(values);
  return {
    from: filter.from ?? 0,
    until: Math.min((filter.to ?? FAR_FUTURE) - 1, from?.at ?? FAR_FUTURE),
    regions: list(filter.regions),
    outcomes: list(filter.outcomes),
    statuses: list(filter.statuses),
    caseRef: filter.caseRef ?? null,
    at: from?.at ?? FAR_FUTURE,
    id: from?.id ?? FAR_FUTURE,
  };
}

function toShown(
  row: Row,
  studyKey: string | null,
  alertOf: { get(key: string): { readonly json: string } | undefined },
): ShownImage {
  const result = row.json === null ? null : (JSON.parse(row.json) as AnalysisResult);
  const image = result?.image ?? null;
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

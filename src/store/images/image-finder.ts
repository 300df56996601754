import type { ArrivalStatus, ListOutline, ListPlace } from '../../contract/api/images.ts';
import type { Database } from '../database/database.ts';

/** A filter of images; a condition that is left out matches everything. Times are milliseconds since 1970. */
export interface ImageFilter {
  readonly from?: number;
  /** Before this time. */
  readonly to?: number;
  readonly regions?: readonly string[];
  readonly outcomes?: readonly string[];
  /** Default: every status but `duplicate`, whose image is already in the list. */
  readonly statuses?: readonly ArrivalStatus[];
  readonly caseRef?: string;
  /** Its alert is not acknowledged yet. */
  readonly isUnseen?: boolean;
  /** It has findings without a verdict. */
  readonly isWithoutVerdict?: boolean;
}

/** Finds the images that match a filter, newest received first. */
export interface ImageFinder {
  /** A page, starting at a position (inclusive) or at the newest. */
  page(filter: ImageFilter, from: ListPlace | null, limit: number): number[];
  outline(filter: ImageFilter, pageSize: number): ListOutline;
  count(filter: ImageFilter): number;
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
/** The SQL condition of each part of a filter; most are answered from the index alone. */
const CONDITIONS = {
  statuses: 'a.status IN (SELECT value FROM json_each(@statuses))',
  regions: 'a.region IN (SELECT value FROM json_each(@regions))',
  outcomes: `a.outcome IN (SELECT value FROM json_each(@outcomes)) AND a.status = 'done'`,
  unseen: `a.id IN (SELECT r.arrival_id FROM alerts l CROSS JOIN results r ON r.study_key = l.study_key
    WHERE l.state IN ('open', 'escalated') AND r.outcome IN ('fracture-detected', 'fracture-suspected'))`,
  caseRef: `a.id IN (SELECT r.arrival_id FROM case_refs c CROSS JOIN results r ON r.study_key = c.study_key
    WHERE c.ref = @caseRef)`,
  withoutVerdict: `a.outcome IN ('fracture-detected', 'fracture-suspected') AND a.status = 'done'
    AND NOT EXISTS (SELECT 1 FROM verdicts v WHERE v.arrival_id = a.id AND v.undone_at IS NULL)`,
} as const;
type Condition = keyof typeof CONDITIONS;
const NEWEST_FIRST = 'ORDER BY a.discovered_at DESC, a.id DESC';

/** Searches the current revisions of all files; each combination of conditions is prepared once. */
export function createImageFinder(database: Database): ImageFinder {
  const finders = new Map<string, Statements>();

  /** A condition that is not requested costs nothing per row. */
  function statementsOf(filter: ImageFilter): Statements {
    const conditions = conditionsOf(filter);
    const key = conditions.join();
    const statements = finders.get(key) ?? prepare(database, conditions);
    finders.set(key, statements);
    return statements;
  }

  return {
    page: (filter, from, limit) =>
      statementsOf(filter)
        .page.all({ ...parametersOf(filter, from), limit })
        .map(({ id }) => id),
    outline(filter, pageSize) {
      const { next, count } = statementsOf(filter);
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
    count: (filter) => statementsOf(filter).count.get(parametersOf(filter, null))?.total ?? 0,
  };
}

type Statements = ReturnType<typeof prepare>;

function prepare(database: Database, conditions: readonly Condition[]) {
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
    withoutVerdict: filter.isWithoutVerdict === true,
  };
  return (Object.keys(CONDITIONS) as Condition[]).filter((condition) => asked[condition]);
}

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

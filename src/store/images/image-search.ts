import type { ArrivalStatus, ShownImage } from '../../contract/api/images.ts';
import type { Database } from '../database/database.ts';
import { createImageFinder, type ImageFinder } from './image-finder.ts';
import { createImageRows } from './image-rows.ts';

/** The file of an image, to decode it again. */
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

/** The images as users search them: the current revision of each file. */
export interface ImageSearch extends Pick<ImageFinder, 'outline' | 'count'> {
  /** A page, starting at a position (inclusive) or at the newest. */
  page(...where: Parameters<ImageFinder['page']>): ShownImage[];
  byIds(ids: readonly number[]): ShownImage[];
  fileOf(id: number): FilePlace | undefined;
  studyOf(id: number): { readonly studyKey: string | null; readonly isOver75: boolean | null } | undefined;
  /** The images of the study of an alert. */
  ofStudy(studyKey: string): number[];
  /** Current revisions of analysed files received since a time, oldest first. */
  analysedSince(since: number): number[];
  /** The number of images that each inbox has received since a time. */
  perInbox(since: number): InboxCount[];
  /** The newest row, and the rows in progress with their status. */
  moving(): { readonly newest: number; readonly status: ReadonlyMap<number, ArrivalStatus> };
  /** Rows after an id, at most `limit`. */
  after(id: number, limit: number): number[];
}

const MOVING_STATUSES = ['discovered', 'settling', 'ready', 'decoding', 'inferring'] as const;
const MAX_MOVING = 100;

const FILE = 'SELECT id, inbox, path, sha256 FROM arrivals WHERE id = ?';
const STUDY = 'SELECT study_key AS studyKey, age_over_75 AS old FROM results WHERE arrival_id = ?';
const OF_STUDY = 'SELECT arrival_id AS id FROM results WHERE study_key = ?';
const ANALYSED_SINCE = `SELECT id FROM arrivals INDEXED BY arrivals_shown WHERE superseded_by IS NULL AND discovered_at >= ?
  AND status = 'done' ORDER BY discovered_at, id`;
const PER_INBOX = `SELECT inbox, count(*) AS images, max(discovered_at) AS lastAt FROM arrivals
  WHERE superseded_by IS NULL AND discovered_at >= ? GROUP BY inbox`;
const NEWEST = 'SELECT max(id) AS id FROM arrivals';
const AFTER = 'SELECT id FROM arrivals WHERE id > ? AND superseded_by IS NULL ORDER BY id LIMIT ?';

export function createImageSearch(database: Database): ImageSearch {
  const finder = createImageFinder(database);
  const byIds = createImageRows(database);
  const file = database.prepare<[number], FilePlace>(FILE);
  const study = database.prepare<[number], { readonly studyKey: string | null; readonly old: number | null }>(
    STUDY,
  );
  const ofStudy = database.prepare<[string], { readonly id: number }>(OF_STUDY);
  const analysedSince = database.prepare<[number], { readonly id: number }>(ANALYSED_SINCE);
  const perInbox = database.prepare<[number], InboxCount>(PER_INBOX);
  const newest = database.prepare<[], { readonly id: number | null }>(NEWEST);
  const moving = database.prepare<[], { readonly id: number; readonly status: ArrivalStatus }>(
    MOVING_STATUSES.map(
      (status) => `SELECT * FROM (SELECT id, status FROM arrivals WHERE superseded_by IS NULL
        AND status = '${status}' ORDER BY discovered_at DESC, id DESC LIMIT ${MAX_MOVING})`,
    ).join(' UNION ALL '),
  );
  const after = database.prepare<[number, number], { readonly id: number }>(AFTER);

  return {
    page: (...where) => byIds(finder.page(...where)),
    outline: (filter, pageSize) => finder.outline(filter, pageSize),
    count: (filter) => finder.count(filter),
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

import type { Clock } from '../../contract/clock.ts';
import { isStoreFailure } from '../../contract/errors.ts';
import type { ListCounts, LiveNews } from '../../contract/api/console.ts';
import type { ArrivalStatus } from '../../contract/api/images.ts';
import type { Store } from '../../store/open-store.ts';
import type { TechnicalAlarms } from '../alarms/technical-alarms.ts';
import { startOfDay } from '../start-of-day.ts';

interface ImageFeedDeps {
  readonly store: Pick<Store, 'search' | 'alerts' | 'receipts'>;
  readonly alarms: Pick<TechnicalAlarms, 'activeAlarms'>;
  readonly timezone: string;
  readonly clock: Clock;
}

/** Publishes changes of images within a fraction of a second, whichever process made them. */
export interface ImageFeed extends Disposable {
  /** Calls back with every change, beginning with the present state. Returns how to stop it. */
  follow(onNews: (news: LiveNews) => void): () => void;
  /** Publishes an image's row again, for a change that the polled tables do not show. */
  changed(arrivalId: number): void;
  counts(): ListCounts;
}

const POLL_MS = 250;
/** With more changes, the page requests the list again instead. */
const MAX_ROWS = 200;

interface Seen {
  readonly newest: number;
  readonly status: ReadonlyMap<number, ArrivalStatus>;
  readonly alertsAt: number;
  /** As JSON. */
  readonly alarms: string;
  readonly displays: string;
}

const NOTHING_SEEN: Seen = { newest: 0, status: new Map(), alertsAt: 0, alarms: '', displays: '' };

/** Polls the store a few times a second while it has subscribers; a poll is three short reads. */
export function startImageFeed(deps: ImageFeedDeps): ImageFeed {
  const { store, alarms } = deps;
  const listeners = new Set<(news: LiveNews) => void>();
  const touched = new Set<number>();
  let timer: NodeJS.Timeout | undefined;
  let seen = NOTHING_SEEN;

  function publish(news: LiveNews): void {
    for (const listener of listeners) listener(news);
  }

  function poll(): void {
    try {
      const now = readSeen(deps);
      const rows = new Set([...touched, ...changedRows(deps, seen, now)]);
      touched.clear();
      for (const news of newsOf(deps, { rows, seen, now })) publish(news);
      seen = now;
    } catch (error) {
      // An unreadable store raises its own alarm; the next poll retries.
      if (!isStoreFailure(error)) throw error;
    }
  }

  return {
    follow(onNews) {
      if (listeners.size === 0) {
        seen = { ...readSeen(deps), alarms: '', displays: '' };
        timer = setInterval(poll, POLL_MS);
      }
      listeners.add(onNews);
      onNews({ type: 'counts', counts: countImages(deps) });
      onNews({ type: 'alarms', alarms: alarms.activeAlarms() });
      onNews({ type: 'eyes', eyes: confirmedDisplays(store) });
      return () => {
        listeners.delete(onNews);
        if (listeners.size === 0) clearInterval(timer);
      };
    },
    changed: (arrivalId) => void touched.add(arrivalId),
    counts: () => countImages(deps),
    [Symbol.dispose]: () => clearInterval(timer),
  };
}

function readSeen({ store, alarms, clock }: ImageFeedDeps): Seen {
  const { newest, status } = store.search.moving();
  return {
    newest,
    status,
    alertsAt: clock.now(),
    alarms: JSON.stringify(alarms.activeAlarms()),
    displays: JSON.stringify(confirmedDisplays(store)),
  };
}

/** Rows that are new, whose status changed, or whose alert changed. */
function changedRows({ store }: ImageFeedDeps, seen: Seen, now: Seen): ReadonlySet<number> {
  const rows = new Set(store.search.after(seen.newest, MAX_ROWS + 1));
  for (const [id, status] of now.status) if (seen.status.get(id) !== status) rows.add(id);
  for (const id of seen.status.keys()) if (!now.status.has(id)) rows.add(id);
  for (const { id } of store.alerts.changedSince(seen.alertsAt)) {
    const study = store.alerts.studyKeyOf(id);
    if (study !== undefined) for (const image of store.search.ofStudy(study)) rows.add(image);
  }
  return rows;
}

function newsOf(
  deps: ImageFeedDeps,
  { rows, seen, now }: { readonly rows: ReadonlySet<number>; readonly seen: Seen; readonly now: Seen },
): LiveNews[] {
  const { store, alarms } = deps;
  const news: LiveNews[] = [];
  if (rows.size > MAX_ROWS) news.push({ type: 'many' });
  else if (rows.size > 0) news.push({ type: 'images', images: store.search.byIds([...rows]) });
  if (rows.size > 0) news.push({ type: 'counts', counts: countImages(deps) });
  if (now.alarms !== seen.alarms) news.push({ type: 'alarms', alarms: alarms.activeAlarms() });
  if (now.displays !== seen.displays) news.push({ type: 'eyes', eyes: confirmedDisplays(store) });
  return news;
}

function countImages({ store: { search }, clock, timezone }: ImageFeedDeps): ListCounts {
  const from = startOfDay(clock.now(), timezone);
  return {
    today: search.count({ from }),
    findings: search.count({ from, outcomes: ['fracture-detected', 'fracture-suspected'] }),
    unseen: search.count({ isUnseen: true }),
    notAnalysed: search.count({ from, statuses: ['not-analysed', 'failed'] }),
  };
}

/** How many displays have confirmed each open alert. */
function confirmedDisplays({ alerts, receipts }: ImageFeedDeps['store']): Readonly<Record<string, number>> {
  return Object.fromEntries(alerts.open().map(({ id }) => [id, receipts.count(id)]));
}

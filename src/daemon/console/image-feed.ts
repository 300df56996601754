import type { Clock } from '../../contract/clock.ts';
import { startOfDay } from '../start-of-day.ts';
import { isBonewatchError } from '../../contract/errors.ts';
import type { ListCounts, LiveNews, ShownAlarm } from '../../contract/api/console.ts';
import type { ArrivalStatus } from '../../contract/api/images.ts';
import type { Store } from '../../store/open-store.ts';

interface FollowParts {
  readonly store: Pick<Store, 'search' | 'alerts'>;
  readonly alarms: () => readonly ShownAlarm[];
  /** How many displays have confirmed an alert. */
  readonly shownOn: (alertId: string) => number;
  readonly timezone: string;
  readonly clock: Clock;
}

/** Tells whoever listens what becomes of images, within a fraction of a second, whoever changed them. */
export interface ImageFeed extends Disposable {
  follow(onNews: (news: LiveNews) => void): () => void;
  /** Tells an image's row again, for a change that shows nowhere else. */
  changed(arrivalId: number): void;
  counts(): ListCounts;
}

const LOOK_MS = 250;
/** More at once than anybody reads one by one. */
const MANY = 200;

interface Seen {
  newest: number;
  status: ReadonlyMap<number, ArrivalStatus>;
  alertsAt: number;
  told: string;
  eyes: string;
}

/**
 * Looks at what moves a few times a second, only while somebody listens; a look is three short reads. It needs no hook
 * in the stages, so nothing can change without being told.
 */
export function startImageFeed({ store, alarms, shownOn, timezone, clock }: FollowParts): ImageFeed {
  const listeners = new Set<(news: LiveNews) => void>();
  const touched = new Set<number>();
  let timer: NodeJS.Timeout | undefined;
  let seen: Seen = { newest: 0, status: new Map(), alertsAt: 0, told: '', eyes: '' };

  function counts(): ListCounts {
    const from = startOfDay(clock.now(), timezone);
    const { search } = store;
    return {
      today: search.count({ from }),
      findings: search.count({ from, outcomes: ['fracture-detected', 'fracture-suspected'] }),
      unseen: search.count({ isUnseen: true }),
      notAnalysed: search.count({ from, statuses: ['not-analysed', 'failed'] }),
    };
  }

  function eyes(): Readonly<Record<string, number>> {
    return Object.fromEntries(store.alerts.open().map(({ id }) => [id, shownOn(id)]));
  }

  function tell(news: LiveNews): void {
    for (const listener of listeners) listener(news);
  }

  function begin(): void {
    const { newest, status } = store.search.moving();
    seen = { newest, status, alertsAt: clock.now(), told: '', eyes: '' };
    timer = setInterval(look, LOOK_MS);
  }

  /** Rows that are new, have moved on, have left the ones that move, or whose alert was answered. */
  function changedRows(): ReadonlySet<number> {
    const { newest, status } = store.search.moving();
    const rows = new Set(touched);
    touched.clear();
    for (const id of store.search.after(seen.newest, MANY + 1)) rows.add(id);
    for (const [id, now] of status) if (seen.status.get(id) !== now) rows.add(id);
    for (const id of seen.status.keys()) if (!status.has(id)) rows.add(id);
    const now = clock.now();
    for (const { id } of store.alerts.changedSince(seen.alertsAt)) {
      const study = store.alerts.studyKeyOf(id);
      if (study !== undefined) for (const image of store.search.ofStudy(study)) rows.add(image);
    }
    seen = { ...seen, newest, status, alertsAt: now };
    return rows;
  }

  function look(): void {
    try {
      const rows = changedRows();
      if (rows.size > MANY) tell({ type: 'many' });
      else if (rows.size > 0) tell({ type: 'images', images: store.search.byIds([...rows]) });
      if (rows.size > 0) tell({ type: 'counts', counts: counts() });
      const lasting = alarms();
      const told = JSON.stringify(lasting);
      if (told !== seen.told) tell({ type: 'alarms', alarms: lasting });
      seen.told = told;
      const open = eyes();
      const looking = JSON.stringify(open);
      if (looking !== seen.eyes) tell({ type: 'eyes', eyes: open });
      seen.eyes = looking;
    } catch (error) {
      // A store that cannot be read is an alarm of its own; the next look tries again.
      if (!isBonewatchError(error, 'STORE_FAILED')) throw error;
    }
  }

  return {
    follow(onNews) {
      if (listeners.size === 0) begin();
      listeners.add(onNews);
      onNews({ type: 'counts', counts: counts() });
      onNews({ type: 'alarms', alarms: alarms() });
      onNews({ type: 'eyes', eyes: eyes() });
      return () => {
        listeners.delete(onNews);
        if (listeners.size === 0) clearInterval(timer);
      };
    },
    changed: (arrivalId) => void touched.add(arrivalId),
    counts,
    [Symbol.dispose]: () => clearInterval(timer),
  };
}

import type { Alert } from '../contract/alert.ts';

export interface UnwatchedWards {
  /** The broker has connected: receipts that could not arrive before do not count as missing. */
  begin(): void;
  /** A display has shown a revision. */
  receive(receipt: { readonly display: string; readonly alertId: string; readonly rev: number }): void;
  /** Evaluates the alerts that are on the wards. `watching`: the connected displays of a ward. */
  evaluate(alerts: readonly Alert[], watching: WardDisplays, nowMs: number): WardView;
}

export interface WardView {
  /** Wards with an unanswered alert that no display can have shown, sorted. */
  readonly unwatched: readonly string[];
  /** Alerts to publish once more: half the time has passed and a connected display has not confirmed them. */
  readonly unconfirmed: readonly Alert[];
}

type WardDisplays = (ward: string) => readonly string[];

/** The receipts of one alert. */
interface AlertReceipts {
  /** The highest revision that each display has shown. */
  readonly shown: Map<string, number>;
  /** When each ward was first found without a display that shows the present revision. */
  readonly unseenSince: Map<string, number>;
  /** Revisions that were already returned as unconfirmed. */
  readonly republished: Set<number>;
}

/**
 * Finds the wards that have had, for `limitMs`, an unanswered alert whose present revision no connected display
 * confirmed: because there is no display, or because it does not show what it is sent. It measures elapsed time, so
 * pass a monotonic clock. With a limit of 0 every ward counts as watched.
 */
export function createUnwatchedWards(limitMs: number): UnwatchedWards {
  const receipts = new Map<string, AlertReceipts>();
  return {
    begin() {
      for (const { unseenSince, republished } of receipts.values()) {
        unseenSince.clear();
        republished.clear();
      }
    },
    receive({ display, alertId, rev }) {
      const { shown } = receiptsOf(receipts, alertId);
      shown.set(display, Math.max(rev, shown.get(display) ?? 0));
    },
    evaluate(alerts, watching, nowMs) {
      removeOthers(receipts, alerts);
      if (limitMs === 0) return { unwatched: [], unconfirmed: [] };
      const unwatched = new Set<string>();
      const unconfirmed = new Set<Alert>();
      for (const alert of alerts.filter(isUnanswered)) {
        const known = receiptsOf(receipts, alert.id);
        for (const ward of alert.wards) {
          const displays = watching(ward);
          const waitedMs = unseenForMs(known, { ward, displays, rev: alert.rev }, nowMs);
          if (waitedMs >= limitMs) unwatched.add(ward);
          if (displays.length === 0 || waitedMs < limitMs / 2 || known.republished.has(alert.rev)) continue;
          known.republished.add(alert.rev);
          unconfirmed.add(alert);
        }
      }
      return { unwatched: [...unwatched].toSorted(), unconfirmed: [...unconfirmed] };
    },
  };
}

function isUnanswered({ state }: Alert): boolean {
  return state === 'open' || state === 'escalated';
}

function receiptsOf(receipts: Map<string, AlertReceipts>, alertId: string): AlertReceipts {
  const known = receipts.get(alertId) ?? { shown: new Map(), unseenSince: new Map(), republished: new Set() };
  receipts.set(alertId, known);
  return known;
}

function removeOthers(receipts: Map<string, AlertReceipts>, alerts: readonly Alert[]): void {
  const ids = new Set(alerts.map(({ id }) => id));
  for (const id of receipts.keys()) if (!ids.has(id)) receipts.delete(id);
}

/** How long a ward has been without a display that shows the revision. */
function unseenForMs(
  { shown, unseenSince }: AlertReceipts,
  {
    ward,
    displays,
    rev,
  }: { readonly ward: string; readonly displays: readonly string[]; readonly rev: number },
  nowMs: number,
): number {
  if (displays.some((display) => (shown.get(display) ?? 0) >= rev)) {
    unseenSince.delete(ward);
    return 0;
  }
  const since = unseenSince.get(ward) ?? nowMs;
  unseenSince.set(ward, since);
  return nowMs - since;
}

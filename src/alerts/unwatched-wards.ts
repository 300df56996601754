import type { Alert } from '../contract/alert.ts';

export interface UnwatchedWards {
  /** The broker is there from now on: what could not be heard before does not count as missing. */
  begin(): void;
  /** A display has put a revision on its screen. */
  receive(receipt: { readonly display: string; readonly alertId: string; readonly rev: number }): void;
  /** Looks at the alerts that are on the wards. `watching`: the living displays of a ward. */
  look(alerts: readonly Alert[], watching: (ward: string) => readonly string[], nowMs: number): WardView;
}

export interface WardView {
  /** Wards with an unanswered alert that nobody can have seen, sorted. */
  readonly unwatched: readonly string[];
  /** Alerts to publish once more, since half the time has passed and a display that lives has not confirmed them. */
  readonly unconfirmed: readonly Alert[];
}

/**
 * Tells which wards have had, for `limitMs`, an unanswered alert whose present revision no living display confirmed:
 * because there is no display, or because it does not show what it is sent. Elapsed time only, so give it a clock that
 * does not jump. With a limit of 0 every ward counts as watched.
 */
export function createUnwatchedWards(limitMs: number): UnwatchedWards {
  const receipts = new Map<string, Map<string, number>>();
  const unseenSince = new Map<string, number>();
  const askedAgain = new Set<string>();

  function isSeen({ id, rev }: Alert, displays: readonly string[]): boolean {
    return displays.some((display) => (receipts.get(id)?.get(display) ?? 0) >= rev);
  }

  function unseenMs(alert: Alert, ward: string, displays: readonly string[], nowMs: number): number {
    const key = `${alert.id} ${ward}`;
    if (isSeen(alert, displays)) {
      unseenSince.delete(key);
      return 0;
    }
    const since = unseenSince.get(key) ?? nowMs;
    unseenSince.set(key, since);
    return nowMs - since;
  }

  function forgetOthers(alerts: readonly Alert[]) {
    const ids = new Set(alerts.map(({ id }) => id));
    for (const known of [receipts, unseenSince, askedAgain])
      for (const key of known.keys()) if (!ids.has(key.split(' ', 1)[0] ?? '')) known.delete(key);
  }

  return {
    begin() {
      unseenSince.clear();
      askedAgain.clear();
    },

    receive({ display, alertId, rev }) {
      const known = receipts.get(alertId) ?? new Map<string, number>();
      receipts.set(alertId, known.set(display, Math.max(rev, known.get(display) ?? 0)));
    },

    look(alerts, watching, nowMs) {
      const unanswered = alerts.filter(({ state }) => state === 'open' || state === 'escalated');
      const unwatched = new Set<string>();
      const unconfirmed = new Set<Alert>();
      forgetOthers(alerts);
      for (const alert of limitMs === 0 ? [] : unanswered) {
        for (const ward of alert.wards) {
          const displays = watching(ward);
          const waitedMs = unseenMs(alert, ward, displays, nowMs);
          if (waitedMs >= limitMs) unwatched.add(ward);
          const revision = `${alert.id} ${alert.rev}`;
          if (displays.length === 0 || waitedMs < limitMs / 2 || askedAgain.has(revision)) continue;
          askedAgain.add(revision);
          unconfirmed.add(alert);
        }
      }
      return { unwatched: [...unwatched].toSorted(), unconfirmed: [...unconfirmed] };
    },
  };
}

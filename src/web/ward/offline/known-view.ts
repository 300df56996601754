import type { Alert } from '../../../contract/alert.ts';
import { MAX_KNOWN_VIEW_AGE_MS } from '../time/durations.ts';
import { readAlert } from '../state/read-payload.ts';

const KEY = 'bonewatch.known.';
const STORE_EVERY_MS = 15_000;

/** The last confirmed state of a display, so that after a power cut it can show which alerts were open and when. */
export interface KnownView {
  readonly at: number;
  readonly alerts: readonly Alert[];
}

/** Stores views in the browser: at once if alerts have changed, otherwise every 15 s at most, to spare the disk. */
export function createKnownViewStore(ward: string): (view: KnownView) => void {
  let stored: KnownView = { at: Number.NEGATIVE_INFINITY, alerts: [] };
  return function store(view) {
    if (isSame(view.alerts, stored.alerts) && Math.abs(view.at - stored.at) < STORE_EVERY_MS) return;
    stored = view;
    try {
      localStorage.setItem(KEY + ward, JSON.stringify(view));
    } catch {
      // Storage is full or disabled: after a restart the display has no view, and shows that.
    }
  };
}

function isSame(alerts: readonly Alert[], others: readonly Alert[]): boolean {
  return alerts.length === others.length && alerts.every((alert, index) => alert === others[index]);
}

/** The stored view; null if there is none or it is too old to be useful. */
export function readKnownView(ward: string, now: number): KnownView | null {
  const text = localStorage.getItem(KEY + ward);
  if (text === null) return null;
  try {
    const { at, alerts } = JSON.parse(text) as { at?: unknown; alerts?: unknown };
    if (typeof at !== 'number' || !Array.isArray(alerts) || now - at > MAX_KNOWN_VIEW_AGE_MS) return null;
    return { at, alerts: alerts.flatMap((alert) => readAlert(JSON.stringify(alert)) ?? []) };
  } catch {
    return null;
  }
}

import type { Alert } from '../../../contract/alert.ts';
import { MAX_KNOWN_VIEW_AGE_MS } from '../time/durations.ts';
import { readAlert } from '../state/read-payload.ts';

const KEY = 'bonewatch.known.';
const KEEP_EVERY_MS = 15_000;

/** What a display last knew for certain, so that after a power cut it can say what was open and when. */
export interface KnownView {
  readonly at: number;
  readonly alerts: readonly Alert[];
}

/** Keeps each view in the browser, when alerts have changed and now and then besides, so that a disk is not worn out. */
export function createKnownViewStore(ward: string): (view: KnownView) => void {
  let kept: KnownView = { at: Number.NEGATIVE_INFINITY, alerts: [] };
  return function keep(view) {
    if (isSame(view.alerts, kept.alerts) && Math.abs(view.at - kept.at) < KEEP_EVERY_MS) return;
    kept = view;
    try {
      localStorage.setItem(KEY + ward, JSON.stringify(view));
    } catch {
      // Storage that is full or switched off: then a restart knows nothing, and says so.
    }
  };
}

function isSame(alerts: readonly Alert[], others: readonly Alert[]): boolean {
  return alerts.length === others.length && alerts.every((alert, index) => alert === others[index]);
}

/** The kept view; null when there is none, or it is so old that it would tell nobody anything. */
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

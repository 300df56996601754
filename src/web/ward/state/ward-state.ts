import type { Alert } from '../../../contract/alert.ts';
import type { RejectedCommand } from '../../../contract/command-rejection.ts';
import type { KnownView } from '../offline/known-view.ts';
import type { Availability, Health } from './read-payload.ts';

/** The connection to the broker. */
interface Link {
  readonly isUp: boolean;
  /** Counts connections, so that what the last one knew can be told from what this one has confirmed. */
  readonly epoch: number;
  readonly subscribedAt: number | null;
  /** Whether everything retained has arrived; before that, absence means nothing. */
  readonly isSettled: boolean;
  readonly settledAt: number | null;
  readonly heardAt: number | null;
}

/** The analysis device as it describes itself. */
interface Device {
  readonly availability: Availability | null;
  readonly availabilityEpoch: number;
  readonly health: Health | null;
  readonly healthAt: number | null;
  readonly degraded: readonly string[];
}

interface KnownAlert {
  readonly alert: Alert;
  /** The connection that confirmed it; 0: known from before the page was opened, and shown on paper only. */
  readonly epoch: number;
}

/** What was pressed here and the broker has not yet confirmed in the retained alert. */
interface Answer {
  readonly wants: 'acknowledged' | 'open';
  readonly by: string;
  readonly at: number;
}

/** Why a press did not count: the device rejected it, the broker refused it, or it was not recorded in time. */
export type Refusal = 'not-recorded' | 'not-allowed' | RejectedCommand['reason'];

/** Everything a ward display knows. Times are milliseconds of the corrected clock. */
export interface WardState {
  readonly openedAt: number;
  /** When the server said what this display stands on, where that is a kept copy; null: it answers. */
  readonly keptAt: number | null;
  readonly link: Link;
  readonly device: Device;
  readonly alerts: ReadonlyMap<string, KnownAlert>;
  readonly answers: ReadonlyMap<string, Answer>;
  readonly refusals: ReadonlyMap<string, Refusal>;
  /** Alerts that wait to take the whole screen; the first has it once `takeoverUntil` is set. */
  readonly takeovers: readonly string[];
  readonly takeoverUntil: number | null;
  /** High alerts that were found new while retained state was replayed. */
  readonly missed: readonly string[];
  readonly choosing: {
    readonly id: string;
    readonly until: number;
    /** Whether a badge was scanned that nobody is listed with. */
    readonly isBadgeUnknown: boolean;
  } | null;
  readonly undo: { readonly id: string; readonly by: string; readonly at: number } | null;
  readonly soundPausedUntil: number | null;
}

export type WardEvent =
  | { readonly type: 'grounded'; readonly at: number; readonly keptAt: number | null }
  | { readonly type: 'connected'; readonly at: number }
  | { readonly type: 'subscribed'; readonly at: number }
  | { readonly type: 'settled'; readonly at: number }
  | { readonly type: 'disconnected'; readonly at: number }
  | { readonly type: 'heard'; readonly at: number }
  | { readonly type: 'alert'; readonly at: number; readonly id: string; readonly alert: Alert | null }
  | {
      readonly type: 'availability';
      readonly at: number;
      readonly availability: Availability;
      readonly isRetained: boolean;
    }
  | { readonly type: 'health'; readonly at: number; readonly health: Health; readonly isRetained: boolean }
  | { readonly type: 'info'; readonly at: number; readonly degraded: readonly string[] }
  | { readonly type: 'tick'; readonly at: number }
  | { readonly type: 'touched'; readonly at: number; readonly id: string }
  | { readonly type: 'typing'; readonly at: number }
  | { readonly type: 'badge-unknown'; readonly at: number }
  | { readonly type: 'left'; readonly at: number }
  | { readonly type: 'named'; readonly at: number; readonly by: string }
  | { readonly type: 'undone'; readonly at: number }
  | { readonly type: 'refused'; readonly at: number; readonly id: string; readonly reason: Refusal }
  | { readonly type: 'sound-paused'; readonly at: number }
  | { readonly type: 'sound-resumed'; readonly at: number }
  | { readonly type: 'clock-moved'; readonly at: number; readonly by: number };

/** A display that has just been opened and knows nothing but what it kept from before, which is no news to it. */
export function createWardState(at: number, known: KnownView | null = null): WardState {
  return {
    openedAt: at,
    keptAt: null,
    link: {
      isUp: false,
      epoch: 0,
      subscribedAt: null,
      isSettled: false,
      settledAt: null,
      heardAt: known?.at ?? null,
    },
    device: { availability: null, availabilityEpoch: 0, health: null, healthAt: null, degraded: [] },
    alerts: new Map((known?.alerts ?? []).map((alert) => [alert.id, { alert, epoch: 0 }])),
    answers: new Map(),
    refusals: new Map(),
    takeovers: [],
    takeoverUntil: null,
    missed: [],
    choosing: null,
    undo: null,
    soundPausedUntil: null,
  };
}

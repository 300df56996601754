import type { Alert } from '../../../contract/alert.ts';
import type { RejectedCommand } from '../../../contract/command-rejection.ts';
import type { KnownView } from '../offline/known-view.ts';
import type { Availability, DeviceFaults, Health } from './read-payload.ts';

/** The connection to the broker. */
interface Link {
  readonly isUp: boolean;
  /** Counts connections: distinguishes alerts that this connection has confirmed from those of an earlier one. */
  readonly epoch: number;
  readonly subscribedAt: number | null;
  /** Whether everything retained has arrived; before that, an absent alert may still exist. */
  readonly isSynced: boolean;
  readonly syncedAt: number | null;
  readonly lastPacketAt: number | null;
}

/** The analysis device, as it reports itself. */
interface Device {
  readonly availability: Availability | null;
  readonly availabilityEpoch: number;
  readonly health: Health | null;
  readonly healthAt: number | null;
  readonly degraded: readonly string[];
  /** The wards that some alerts do not reach, because the broker refuses them. */
  readonly undeliveredWards: readonly string[];
}

interface KnownAlert {
  readonly alert: Alert;
  /** The connection that confirmed it; 0: known from before the page was opened, and shown only while not live. */
  readonly epoch: number;
}

/** A press on this screen that the retained alert does not confirm yet. */
interface UnconfirmedAnswer {
  readonly wants: 'acknowledged' | 'open';
  readonly by: string;
  readonly at: number;
}

/** Why a press was not applied: the device rejected it, the broker refused it, or it was not recorded in time. */
export type Refusal = 'not-recorded' | 'not-allowed' | RejectedCommand['reason'];

/** The whole state of a ward display. Times are milliseconds of the corrected clock. */
export interface WardState {
  readonly openedAt: number;
  readonly ward: string;
  /** The server has no such ward, or none for this display. */
  readonly isWardUnknown: boolean;
  /** Age of the stored copy that this display runs on; null while the server answers. */
  readonly copyMadeAt: number | null;
  /** The id of this display's pairing, if another machine uses it too. */
  readonly duplicateOf: string | null;
  readonly link: Link;
  readonly device: Device;
  readonly alerts: ReadonlyMap<string, KnownAlert>;
  readonly unconfirmed: ReadonlyMap<string, UnconfirmedAnswer>;
  readonly refusals: ReadonlyMap<string, Refusal>;
  /** Alerts that wait to take the whole screen; the first has it once `takeoverUntil` is set. */
  readonly takeovers: readonly string[];
  readonly takeoverUntil: number | null;
  /** High alerts that were found new while retained state was replayed. */
  readonly missed: readonly string[];
  readonly nameChoice: {
    readonly id: string;
    readonly until: number;
    /** Whether the last badge scanned is not listed. */
    readonly isBadgeUnknown: boolean;
  } | null;
  readonly undo: { readonly id: string; readonly by: string; readonly at: number } | null;
  readonly soundPausedUntil: number | null;
}

/** An event of the connection to the broker. */
export type LinkEvent =
  | { readonly type: 'connected'; readonly at: number }
  | { readonly type: 'subscribed'; readonly at: number }
  /** Everything retained has arrived. */
  | { readonly type: 'synced'; readonly at: number }
  | { readonly type: 'disconnected'; readonly at: number }
  | { readonly type: 'packet-received'; readonly at: number };

/** A message or a refusal of the broker. */
export type BrokerMessage =
  | { readonly type: 'alert'; readonly at: number; readonly id: string; readonly alert: Alert | null }
  | {
      readonly type: 'availability';
      readonly at: number;
      readonly availability: Availability;
      readonly isRetained: boolean;
    }
  | { readonly type: 'health'; readonly at: number; readonly health: Health; readonly isRetained: boolean }
  | ({ readonly type: 'info'; readonly at: number } & DeviceFaults)
  | { readonly type: 'refused'; readonly at: number; readonly id: string; readonly reason: Refusal };

/** An action of a person at the screen. */
export type PersonEvent =
  | { readonly type: 'name-asked'; readonly at: number; readonly id: string }
  | { readonly type: 'typing'; readonly at: number }
  | { readonly type: 'badge-unknown'; readonly at: number }
  | { readonly type: 'choice-cancelled'; readonly at: number }
  | { readonly type: 'acknowledged'; readonly at: number; readonly by: string }
  | { readonly type: 'undone'; readonly at: number }
  | { readonly type: 'sound-paused'; readonly at: number }
  | { readonly type: 'sound-resumed'; readonly at: number };

export type WardEvent =
  | LinkEvent
  | BrokerMessage
  | PersonEvent
  /** The server answered, or the display runs on a stored copy of its facts. */
  | { readonly type: 'facts-refreshed'; readonly at: number; readonly copyMadeAt: number | null }
  | { readonly type: 'ward-unknown'; readonly at: number }
  /** This display has another id now; `duplicateOf` as in the state. */
  | { readonly type: 'id-replaced'; readonly at: number; readonly duplicateOf: string | null }
  | { readonly type: 'tick'; readonly at: number }
  | { readonly type: 'clock-moved'; readonly at: number; readonly by: number };

/** The state of a display that has just been opened: its stored view only, whose alerts do not count as new. */
export function createWardState(at: number, ward: string, known: KnownView | null = null): WardState {
  return {
    openedAt: at,
    ward,
    isWardUnknown: false,
    copyMadeAt: null,
    duplicateOf: null,
    link: {
      isUp: false,
      epoch: 0,
      subscribedAt: null,
      isSynced: false,
      syncedAt: null,
      lastPacketAt: known?.at ?? null,
    },
    device: {
      availability: null,
      availabilityEpoch: 0,
      health: null,
      healthAt: null,
      degraded: [],
      undeliveredWards: [],
    },
    alerts: new Map((known?.alerts ?? []).map((alert) => [alert.id, { alert, epoch: 0 }])),
    unconfirmed: new Map(),
    refusals: new Map(),
    takeovers: [],
    takeoverUntil: null,
    missed: [],
    nameChoice: null,
    undo: null,
    soundPausedUntil: null,
  };
}

import { acknowledgeAlert, askForName, rejectBadge, undoAcknowledgement } from './acknowledge-alert.ts';
import { receiveAlert } from './receive-alert.ts';
import { receiveAvailability, receiveFaults, receiveHealth } from './receive-device.ts';
import { applyRetainedState } from './apply-retained-state.ts';
import { shiftTimes } from './shift-times.ts';
import { tickWard } from './tick-ward.ts';
import { withEntry, withoutKey } from './immutable-map.ts';
import { SOUND_PAUSE_MS } from '../time/durations.ts';
import type { LinkEvent, BrokerMessage, PersonEvent, WardEvent, WardState } from './ward-state.ts';

/** The ward display as a state machine: its state after an event. Pure; returns the same object when nothing changed. */
export function nextWardState(state: WardState, event: WardEvent): WardState {
  switch (event.type) {
    case 'facts-refreshed':
      return state.copyMadeAt === event.copyMadeAt ? state : { ...state, copyMadeAt: event.copyMadeAt };
    case 'ward-unknown':
      return state.isWardUnknown ? state : { ...state, isWardUnknown: true };
    case 'id-replaced':
      return { ...state, duplicateOf: event.duplicateOf };
    case 'tick':
      return tickWard(state, event.at);
    case 'clock-moved':
      return shiftTimes(state, event.by);
    case 'connected':
    case 'subscribed':
    case 'synced':
    case 'disconnected':
    case 'packet-received':
      return afterLinkEvent(state, event);
    case 'alert':
    case 'availability':
    case 'health':
    case 'info':
    case 'refused':
      return afterBrokerMessage(state, event);
    default:
      return afterInput(state, event);
  }
}

/** Applies an event of the connection to the broker. */
function afterLinkEvent(state: WardState, event: LinkEvent): WardState {
  const { link } = state;
  switch (event.type) {
    case 'connected':
      return { ...state, link: connectedLink(link, event.at) };
    case 'subscribed':
      return { ...state, link: { ...link, subscribedAt: event.at } };
    case 'synced':
      return applyRetainedState(state, event.at);
    case 'disconnected':
      return link.isUp ? { ...state, link: { ...link, isUp: false, isSynced: false } } : state;
    case 'packet-received':
      return { ...state, link: { ...link, lastPacketAt: event.at } };
  }
}

/** Applies a message or a refusal of the broker. */
function afterBrokerMessage(state: WardState, event: BrokerMessage): WardState {
  switch (event.type) {
    case 'alert':
      return receiveAlert(state, event);
    case 'availability':
      return receiveAvailability(state, event);
    case 'health':
      return receiveHealth(state, event);
    case 'info':
      return receiveFaults(state, event);
    case 'refused':
      return {
        ...state,
        unconfirmed: withoutKey(state.unconfirmed, event.id),
        refusals: withEntry(state.refusals, event.id, event.reason),
        undo: state.undo?.id === event.id ? null : state.undo,
      };
  }
}

/** Applies an action of a person at the screen. */
function afterInput(state: WardState, event: PersonEvent): WardState {
  switch (event.type) {
    case 'name-asked':
      return askForName(state, event);
    case 'typing':
      return state.nameChoice === null ? state : askForName(state, { id: state.nameChoice.id, at: event.at });
    case 'badge-unknown':
      return rejectBadge(state, event.at);
    case 'choice-cancelled':
      return { ...state, nameChoice: null };
    case 'acknowledged':
      return acknowledgeAlert(state, event);
    case 'undone':
      return undoAcknowledgement(state, event.at);
    case 'sound-paused':
      return { ...state, soundPausedUntil: event.at + SOUND_PAUSE_MS };
    case 'sound-resumed':
      return { ...state, soundPausedUntil: null };
  }
}

function connectedLink(before: WardState['link'], at: number): WardState['link'] {
  return {
    isUp: true,
    epoch: before.epoch + 1,
    subscribedAt: null,
    isSynced: false,
    syncedAt: before.syncedAt,
    lastPacketAt: at,
  };
}

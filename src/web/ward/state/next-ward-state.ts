import { acknowledgeAlert, doubtBadge, touchAlert, undoAcknowledgement } from './acknowledge-alert.ts';
import { receiveAlert } from './receive-alert.ts';
import { receiveAvailability, receiveHealth } from './receive-device.ts';
import { applyRetainedState } from './apply-retained-state.ts';
import { shiftTimes } from './shift-times.ts';
import { tickWard } from './tick-ward.ts';
import { withEntry, withoutKey } from './immutable-map.ts';
import { SOUND_PAUSE_MS } from '../time/durations.ts';
import type { WardEvent, WardState } from './ward-state.ts';

/** The ward display as a state machine: what it knows after an event. Pure; returns the same object when nothing changed. */
export function nextWardState(state: WardState, event: WardEvent): WardState {
  switch (event.type) {
    case 'grounded':
      return state.keptAt === event.keptAt ? state : { ...state, keptAt: event.keptAt };
    case 'connected':
      return { ...state, link: connectedLink(state, event.at) };
    case 'subscribed':
      return { ...state, link: { ...state.link, subscribedAt: event.at } };
    case 'settled':
      return applyRetainedState(state, event.at);
    case 'disconnected':
      return state.link.isUp ? { ...state, link: { ...state.link, isUp: false, isSettled: false } } : state;
    case 'heard':
      return { ...state, link: { ...state.link, heardAt: event.at } };
    case 'alert':
      return receiveAlert(state, event);
    case 'availability':
      return receiveAvailability(state, event);
    case 'health':
      return receiveHealth(state, event);
    case 'info':
      return { ...state, device: { ...state.device, degraded: event.degraded } };
    case 'tick':
      return tickWard(state, event.at);
    case 'touched':
      return touchAlert(state, event);
    case 'typing':
      return state.choosing === null ? state : touchAlert(state, { id: state.choosing.id, at: event.at });
    case 'badge-unknown':
      return doubtBadge(state, event.at);
    case 'left':
      return { ...state, choosing: null };
    case 'named':
      return acknowledgeAlert(state, event);
    case 'undone':
      return undoAcknowledgement(state, event.at);
    case 'refused':
      return {
        ...state,
        answers: withoutKey(state.answers, event.id),
        refusals: withEntry(state.refusals, event.id, event.reason),
        undo: state.undo?.id === event.id ? null : state.undo,
      };
    case 'sound-paused':
      return { ...state, soundPausedUntil: event.at + SOUND_PAUSE_MS };
    case 'sound-resumed':
      return { ...state, soundPausedUntil: null };
    case 'clock-moved':
      return shiftTimes(state, event.by);
  }
}

function connectedLink(state: WardState, at: number): WardState['link'] {
  return {
    isUp: true,
    epoch: state.link.epoch + 1,
    subscribedAt: null,
    isSettled: false,
    settledAt: state.link.settledAt,
    heardAt: at,
  };
}

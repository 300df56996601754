import { parseTopic } from '../../../contract/topics.ts';
import { readAlert, readAvailability, readFaults, readHealth } from '../state/read-payload.ts';
import type { WardEvent } from '../state/ward-state.ts';

/** A message from the broker. */
export interface ReceivedMessage {
  readonly topic: string;
  /** Empty: a retained message was removed. */
  readonly payload: string;
  readonly isRetained: boolean;
}

/** The display event of a message; null if the message is invalid or irrelevant. */
export function readMessage({ topic, payload, isRetained }: ReceivedMessage, at: number): WardEvent | null {
  const about = parseTopic(topic);
  switch (about?.kind) {
    case 'availability': {
      const availability = readAvailability(payload);
      return availability && { type: 'availability', at, availability, isRetained };
    }
    case 'health': {
      const health = readHealth(payload);
      return health && { type: 'health', at, health, isRetained };
    }
    case 'info':
      return { type: 'info', at, ...readFaults(payload) };
    case 'alert': {
      const id = about.alertId;
      const alert = payload === '' ? null : readAlert(payload);
      const isUnderstood = payload === '' || alert?.id === id;
      return isUnderstood ? { type: 'alert', at, id, alert } : null;
    }
    default:
      return null;
  }
}

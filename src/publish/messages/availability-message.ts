import { buildTopic } from '../../contract/topics.ts';
import type { OutgoingMessage } from '../../contract/outgoing-message.ts';

export type AvailabilityState = 'online' | 'stopped' | 'offline';

export interface Availability {
  readonly state: AvailabilityState;
  /** One per connection: a reader that has seen a newer one ignores the late last will of an older one. */
  readonly session: string;
  /** RFC 3339, UTC: when this was created; for a last will, when the connection was. */
  readonly ts: string;
}

/** The retained availability of a device: birth message, last will and stop message have this one shape. */
export function availabilityMessage(
  site: string,
  device: string,
  { state, session, ts }: Availability,
): OutgoingMessage {
  const topic = buildTopic({ kind: 'availability', site, device });
  const rev = state === 'online' ? 1 : 2;
  const payload = JSON.stringify({ schema: 'bonewatch.availability/1', rev, state, session, ts });
  return { topic, payload, qos: 1, retain: true };
}

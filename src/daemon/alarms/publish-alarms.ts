import type { OutgoingMessage } from '../../contract/outgoing-message.ts';
import type { Broker } from '../../publish/broker/connect-broker.ts';
import type { TechnicalAlarms } from './technical-alarms.ts';

export interface PublishAlarmsDeps {
  readonly alarms: Pick<TechnicalAlarms, 'onChange'>;
  readonly broker: Pick<Broker, 'status' | 'onStatus'>;
  readonly publish: (message: OutgoingMessage) => void;
  /** The info names the active alarms too. */
  readonly publishInfo: () => void;
}

/**
 * Publishes each change of an alarm. A connection begins with the birth messages, which hold the alarms of the moment it
 * was made; what changes before it is up is published as soon as it is. Returns the unsubscribe function.
 */
export function publishAlarms({ alarms, broker, publish, publishInfo }: PublishAlarmsDeps): () => void {
  const held = new Map<string, OutgoingMessage>();
  alarms.onChange((message) => {
    if (broker.status?.state !== 'connected') {
      held.set(message.topic, message);
      return;
    }
    publish(message);
    publishInfo();
  });
  return broker.onStatus(({ state }) => {
    if (state !== 'connected' || held.size === 0) return;
    for (const message of held.values()) publish(message);
    held.clear();
  });
}

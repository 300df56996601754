import { pino } from 'pino';
import { availabilityMessage } from '../../src/publish/messages/availability-message.ts';
import {
  connectBroker,
  type Broker,
  type BrokerOptions,
  type BrokerStatus,
} from '../../src/publish/broker/connect-broker.ts';
import type { OutboxMessage } from '../../src/contract/outgoing-message.ts';

export const silent = pino({ level: 'silent' });

/** The connection of device `console-1` at site `jeonju`, as the daemon makes it. */
export function aBroker(url: string, options: Partial<BrokerOptions> = {}): Promise<Broker> {
  let sessions = 0;
  const broker = connectBroker(
    {
      config: { url, protocolVersion: 'auto' },
      clientId: 'bonewatch-jeonju-console-1',
      newSessionId: () => `session-${++sessions}`,
      availability: (state, session) =>
        availabilityMessage('jeonju', 'console-1', { state, session, ts: '2026-03-01T00:00:00Z' }),
      log: silent,
      ...options,
    },
    new AbortController().signal,
  );
  return Promise.resolve(broker);
}

/** The next status that fits, the present one included. */
export function untilStatus(broker: Broker, fits: (status: BrokerStatus) => boolean): Promise<BrokerStatus> {
  return new Promise((resolve, reject) => {
    const timeout = setTimeout(
      () => reject(new Error(`status stayed ${JSON.stringify(broker.status)}`)),
      15_000,
    );
    const stop = broker.onStatus((status) => {
      if (!fits(status)) return;
      clearTimeout(timeout);
      // The first call may come before onStatus has returned.
      queueMicrotask(() => stop());
      resolve(status);
    });
  });
}

export function untilConnected(broker: Broker): Promise<BrokerStatus> {
  return untilStatus(broker, ({ state }) => state === 'connected');
}

export function untilDisconnected(broker: Broker): Promise<BrokerStatus> {
  return untilStatus(broker, ({ state }) => state === 'disconnected');
}

export function aMessage(facts: Partial<OutboxMessage> = {}): OutboxMessage {
  return {
    topic: 'bonewatch/v1/jeonju/ward/w3/event',
    payload: '{}',
    qos: 1,
    retain: false,
    target: 'mqtt',
    ward: null,
    alertId: null,
    rev: null,
    writtenAt: null,
    orderKey: null,
    ...facts,
  };
}

import { deviceTopics, displayTopics, wardTopics } from '../../../topics.ts';
import type { WardFacts } from '../../ward-facts.ts';
import { browserStreamBuilder, MqttClient } from '../node-in-browser/mqtt-client.cjs';
import { randomWord } from './display-id.ts';
import { readAlert, readAvailability, readDegraded, readHealth, readSession } from './read-payload.ts';
import type { Refusal, WardEvent } from './ward-state.ts';

const KEEPALIVE_S = 5;
const CONNECT_TIMEOUT_MS = 5_000;
const RECONNECT_EVERY_MS = 1_000;
const NOT_AUTHORIZED = 135;

export interface WardConnection {
  /** Says that a person has seen an alert, or has not after all. Resolves to the reason where the broker refuses. */
  answer(action: 'acknowledge' | 'unacknowledge', said: Said): Promise<Refusal | null>;
}

interface Said {
  readonly id: string;
  readonly by: string;
  /** The revision on the screen: what came after it has not been seen. */
  readonly rev: number | null;
}

interface WardConnectionOptions {
  readonly facts: WardFacts;
  readonly display: string;
  readonly now: () => number;
  readonly on: (event: WardEvent) => void;
}

/**
 * Connects a display to the broker for as long as the page lives: it comes back by itself, announces itself with a
 * last will, confirms each alert revision it receives and reports everything as events.
 */
export function connectWard({ facts, display, now, on }: WardConnectionOptions): WardConnection {
  const ward = wardTopics(facts.site.id, facts.ward.id);
  const device = deviceTopics(facts.site.id, facts.device);
  const own = displayTopics(facts.site.id, display);
  const presence = (state: 'online' | 'offline'): string =>
    JSON.stringify({
      schema: 'bonewatch.display/1',
      rev: 1,
      state,
      wards: [facts.ward.id],
      session,
      ts: isoTime(now()),
    });
  const will = () => ({
    topic: own.availability,
    payload: Buffer.from(presence('offline')),
    qos: 1 as const,
    retain: true,
  });
  let session = randomWord();
  const client = new MqttClient((self) => browserStreamBuilder(self, self.options), {
    ...brokerAddress(facts.websocketUrl),
    clientId: display,
    clean: true,
    keepalive: KEEPALIVE_S,
    connectTimeout: CONNECT_TIMEOUT_MS,
    reconnectPeriod: RECONNECT_EVERY_MS,
    reconnectOnConnackError: true,
    protocolVersion: facts.protocolVersion === 4 ? 4 : 5,
    resubscribe: false,
    queueQoSZero: false,
    timerVariant: 'native',
    manualConnect: true,
    will: will(),
  });

  let isAccepted = false;
  client.on('connect', () => {
    isAccepted = true;
    on({ type: 'connected', at: now() });
    void announce();
  });
  client.on('packetreceive', () => on({ type: 'heard', at: now() }));
  client.on('close', () => {
    on({ type: 'disconnected', at: now() });
    session = randomWord();
    client.options.will = will();
    if (!isAccepted && facts.protocolVersion === 'auto') {
      client.options.protocolVersion = client.options.protocolVersion === 5 ? 4 : 5;
    }
  });
  client.on('error', () => undefined);
  client.on('message', (topic, payload, packet) => {
    receive(topic, payload.toString(), packet.retain);
  });

  async function announce(): Promise<void> {
    const topics = [ward.allAlerts, device.availability, device.health, device.info, own.availability];
    try {
      await client.subscribeAsync(topics, { qos: 1 });
      on({ type: 'subscribed', at: now() });
      await sayOnline();
    } catch {
      // A connection that ends meanwhile is reported by `close` and made again; one that may not subscribe
      // never settles and therefore never looks live.
    }
  }

  async function sayOnline(): Promise<void> {
    await client.publishAsync(own.availability, presence('online'), { qos: 1, retain: true });
  }

  /** A last will of our own earlier connection may come late: then the ward would count this screen as gone. */
  function receivePresence(text: string, at: number, isRetained: boolean): void {
    if (!client.connected) return;
    if (readSession(text) === session) on({ type: 'settled', at });
    else if (!isRetained) void sayOnline().catch(() => undefined);
  }

  /** The broker delivers in order, so its echo of our own presence means that everything retained has come. */
  function receive(topic: string, text: string, isRetained: boolean): void {
    const at = now();
    if (topic === own.availability) {
      receivePresence(text, at, isRetained);
    } else if (topic === device.availability) {
      const availability = readAvailability(text);
      if (availability !== null) on({ type: 'availability', at, availability, isRetained });
    } else if (topic === device.health) {
      const health = readHealth(text);
      if (health !== null) on({ type: 'health', at, health, isRetained });
    } else if (topic === device.info) {
      on({ type: 'info', at, degraded: readDegraded(text) });
    } else {
      receiveAlert(topic, text, at);
    }
  }

  function receiveAlert(topic: string, text: string, at: number): void {
    const id = topic.slice(topic.lastIndexOf('/') + 1);
    const alert = text === '' ? null : readAlert(text);
    if (text !== '' && alert?.id !== id) return;
    on({ type: 'alert', at, id, alert });
    if (alert === null) return;
    const receipt = {
      schema: 'bonewatch.receipt/1',
      alert: id,
      rev: alert.rev,
      ward: facts.ward.id,
      ts: isoTime(at),
    };
    client.publish(own.received, JSON.stringify(receipt), { qos: 1 }, () => undefined);
  }

  client.connect();
  return {
    async answer(action, { id, by, rev }) {
      if (!client.connected) return 'not-recorded';
      const message = JSON.stringify({ action, by, display, rev, nonce: randomWord() });
      try {
        await client.publishAsync(ward.alertSet(id), message, { qos: 1 });
        return null;
      } catch (error) {
        return isRefusal(error) ? 'not-allowed' : 'not-recorded';
      }
    },
  };
}

function brokerAddress(websocketUrl: string | null): {
  readonly protocol: 'ws' | 'wss';
  readonly hostname: string;
  readonly port: number;
  readonly path: string;
} {
  const url = new URL(websocketUrl ?? '/mqtt', location.href);
  const isSecure = url.protocol === 'wss:' || url.protocol === 'https:';
  return {
    protocol: isSecure ? 'wss' : 'ws',
    hostname: url.hostname,
    port: url.port === '' ? (isSecure ? 443 : 80) : Number(url.port),
    path: `${url.pathname}${url.search}`,
  };
}

function isRefusal(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === NOT_AUTHORIZED;
}

function isoTime(at: number): string {
  return new Date(at).toISOString();
}

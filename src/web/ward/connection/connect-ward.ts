import { buildTopic, parseTopic } from '../../../contract/topics.ts';
import type { WardFacts } from '../../../contract/api/ward.ts';
import { BrokerRefusal } from '../../shared/mqtt/broker-refusal.ts';
import { connectBroker } from '../../shared/mqtt/connect-broker.ts';
import type { ProtocolVersion } from '../../shared/mqtt/packet.ts';
import { randomWord } from './display-id.ts';
import {
  readAlert,
  readAvailability,
  readDegraded,
  readHealth,
  readRejection,
  readSession,
} from '../state/read-payload.ts';
import type { Refusal, WardEvent } from '../state/ward-state.ts';

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
  const site = facts.site.id;
  const ofWard = { site, ward: facts.ward.id };
  const ofDevice = { site, device: facts.device };
  const ownAvailability = buildTopic({ kind: 'display-availability', site, display });
  const ownReceipts = buildTopic({ kind: 'receipt', site, display });
  const presence = (state: 'online' | 'offline'): string =>
    JSON.stringify({
      schema: 'bonewatch.display/1',
      rev: 1,
      state,
      wards: [facts.ward.id],
      session,
      ts: isoTime(now()),
    });
  /** The nonce of the last command about each alert. */
  const commands = new Map<string, string>();
  let session = randomWord();
  let version: ProtocolVersion = facts.protocolVersion === 4 ? 4 : 5;
  let isAccepted = false;
  const broker = connectBroker({
    url: brokerUrl(facts.websocketUrl),
    connectTimeoutMs: CONNECT_TIMEOUT_MS,
    reconnectEveryMs: RECONNECT_EVERY_MS,
    introduce: () => ({
      version,
      clientId: display,
      keepaliveS: KEEPALIVE_S,
      will: { topic: ownAvailability, payload: presence('offline'), isRetained: true },
    }),
    on: {
      connected() {
        isAccepted = true;
        on({ type: 'connected', at: now() });
        void announce();
      },
      heard: () => on({ type: 'heard', at: now() }),
      message: receive,
      closed() {
        on({ type: 'disconnected', at: now() });
        session = randomWord();
        if (!isAccepted && facts.protocolVersion === 'auto') version = version === 5 ? 4 : 5;
      },
    },
  });

  async function announce(): Promise<void> {
    const topics = [
      buildTopic({ kind: 'alert', ...ofWard, alertId: '+' }),
      buildTopic({ kind: 'availability', ...ofDevice }),
      buildTopic({ kind: 'health', ...ofDevice }),
      buildTopic({ kind: 'info', ...ofDevice }),
      ownAvailability,
    ];
    try {
      await broker.subscribe(topics);
      on({ type: 'subscribed', at: now() });
      await sayOnline();
    } catch {
      // A connection that ends meanwhile is reported by `close` and made again; one that may not subscribe
      // never settles and therefore never looks live.
    }
  }

  async function sayOnline(): Promise<void> {
    await broker.publish({ topic: ownAvailability, payload: presence('online'), isRetained: true });
  }

  /** A last will of our own earlier connection may come late: then the ward would count this screen as gone. */
  function receivePresence(text: string, at: number, isRetained: boolean): void {
    if (!broker.isConnected()) return;
    if (readSession(text) === session) on({ type: 'settled', at });
    else if (!isRetained) void sayOnline().catch(() => undefined);
  }

  /** The broker delivers in order, so its echo of our own presence means that everything retained has come. */
  function receive(topic: string, text: string, isRetained: boolean): void {
    const at = now();
    const about = parseTopic(topic);
    if (about?.kind === 'display-availability') {
      receivePresence(text, at, isRetained);
    } else if (about?.kind === 'availability') {
      const availability = readAvailability(text);
      if (availability !== null) on({ type: 'availability', at, availability, isRetained });
    } else if (about?.kind === 'health') {
      const health = readHealth(text);
      if (health !== null) on({ type: 'health', at, health, isRetained });
    } else if (about?.kind === 'info') {
      on({ type: 'info', at, degraded: readDegraded(text) });
    } else if (about?.kind === 'alert') {
      receiveAlert(about.alertId, text, at);
    }
  }

  function receiveAlert(id: string, text: string, at: number): void {
    const alert = text === '' ? null : readAlert(text);
    if (text !== '' && alert?.id !== id) return;
    if (alert === null) commands.delete(id);
    on({ type: 'alert', at, id, alert });
    if (alert === null) return;
    const rejected = readRejection(text);
    if (rejected !== null && rejected.nonce === commands.get(id)) {
      commands.delete(id);
      on({ type: 'refused', at, id, reason: rejected.reason });
    }
    const receipt = {
      schema: 'bonewatch.receipt/1',
      alert: id,
      rev: alert.rev,
      ward: facts.ward.id,
      ts: isoTime(at),
    };
    // Where the connection ends before, the next one brings the alert and its receipt again.
    void broker
      .publish({ topic: ownReceipts, payload: JSON.stringify(receipt), isRetained: false })
      .catch(() => undefined);
  }

  return {
    async answer(action, { id, by, rev }) {
      if (!broker.isConnected()) return 'not-recorded';
      const nonce = randomWord();
      commands.set(id, nonce);
      const payload = JSON.stringify({ action, by, display, rev, nonce });
      try {
        await broker.publish({
          topic: buildTopic({ kind: 'alert-command', ...ofWard, alertId: id }),
          payload,
          isRetained: false,
        });
        return null;
      } catch (error) {
        const isForbidden = error instanceof BrokerRefusal && error.reason === NOT_AUTHORIZED;
        return isForbidden ? 'not-allowed' : 'not-recorded';
      }
    },
  };
}

function brokerUrl(websocketUrl: string | null): string {
  const url = new URL(websocketUrl ?? '/mqtt', location.href);
  url.protocol = url.protocol === 'wss:' || url.protocol === 'https:' ? 'wss:' : 'ws:';
  return url.href;
}

function isoTime(at: number): string {
  return new Date(at).toISOString();
}

import { buildTopic } from '../../../contract/topics.ts';
import type { WardFacts } from '../../../contract/api/ward.ts';
import { BrokerRefusal } from '../../shared/mqtt/broker-refusal.ts';
import { connectBroker } from '../../shared/mqtt/connect-broker.ts';
import type { BrokerClient } from '../../shared/mqtt/connect-broker.ts';
import type { ProtocolVersion } from '../../shared/mqtt/packet.ts';
import type { Refusal, WardEvent } from '../state/ward-state.ts';
import { randomWord } from './display-id.ts';
import { createPresence } from './presence.ts';
import type { Presence } from './presence.ts';
import { readRejection } from '../state/read-payload.ts';
import { readMessage } from './read-message.ts';
import type { ReceivedMessage } from './read-message.ts';

const KEEPALIVE_S = 5;
const CONNECT_TIMEOUT_MS = 5_000;
const RECONNECT_EVERY_MS = 1_000;
const NOT_AUTHORIZED = 135;

export interface WardConnection {
  /** Acknowledges an alert or takes that back. Resolves to the reason if the broker refuses; null: it was sent. */
  sendCommand(action: 'acknowledge' | 'unacknowledge', command: AlertCommand): Promise<Refusal | null>;
}

interface AlertCommand {
  readonly id: string;
  readonly by: string;
  /** The revision on the screen; a newer one rejects the command. */
  readonly rev: number | null;
}

interface WardConnectionOptions {
  readonly facts: WardFacts;
  readonly display: string;
  readonly now: () => number;
  readonly on: (event: WardEvent) => void;
}

/** The dependencies that the steps of a connection share. */
interface ConnectionDeps extends WardConnectionOptions {
  readonly broker: BrokerClient;
  readonly presence: Presence;
  /** Alert id → nonce of the last command about it, until the alert names it as rejected. */
  readonly sentNonces: Map<string, string>;
}

/**
 * Connects a display to the broker for as long as the page lives: it reconnects automatically, announces itself with a
 * last will, confirms each alert revision it receives and reports everything as events.
 */
export function connectWard(options: WardConnectionOptions): WardConnection {
  const { facts, display, now, on } = options;
  const presence = createPresence({ facts, display, now });
  const version = createVersionChoice(facts.protocolVersion);
  const broker = connectBroker({
    url: brokerUrl(facts.websocketUrl),
    connectTimeoutMs: CONNECT_TIMEOUT_MS,
    reconnectEveryMs: RECONNECT_EVERY_MS,
    connectOptions: () => ({
      version: version.current(),
      clientId: display,
      keepaliveS: KEEPALIVE_S,
      will: presence.message('offline'),
    }),
    on: {
      connected() {
        version.noteAccepted();
        on({ type: 'connected', at: now() });
        void announce(deps);
      },
      packetReceived: () => on({ type: 'packet-received', at: now() }),
      message: (topic, payload, isRetained) => receive({ topic, payload, isRetained }, deps),
      closed() {
        on({ type: 'disconnected', at: now() });
        presence.renew();
        version.noteClosed();
      },
    },
  });
  const deps: ConnectionDeps = { ...options, broker, presence, sentNonces: new Map() };
  return { sendCommand: (action, command) => sendCommand(action, command, deps) };
}

/** Subscribes to everything that the display shows, then publishes that it is online. */
async function announce({ facts, now, on, broker, presence }: ConnectionDeps): Promise<void> {
  const site = facts.site.id;
  const { device } = facts;
  const topics = [
    buildTopic({ kind: 'alert', site, ward: facts.ward.id, alertId: '+' }),
    buildTopic({ kind: 'availability', site, device }),
    buildTopic({ kind: 'health', site, device }),
    buildTopic({ kind: 'info', site, device }),
    presence.topic,
  ];
  try {
    await broker.subscribe(topics);
    on({ type: 'subscribed', at: now() });
    await broker.publish(presence.message('online'));
  } catch {
    // A connection that ends meanwhile is reported by `closed` and reconnects; one that may not subscribe
    // never becomes synchronised and therefore never live.
  }
}

function receive(message: ReceivedMessage, deps: ConnectionDeps): void {
  const { now, on, presence } = deps;
  if (message.topic === presence.topic) {
    receivePresence(message, deps);
    return;
  }
  const event = readMessage(message, now());
  if (event === null) return;
  on(event);
  if (event.type !== 'alert') return;
  receiveRejection(event.id, message, deps);
  if (event.alert !== null) confirmReceipt(event.id, event.alert.rev, deps);
}

/** The device answers a rejected command in the alert itself; only the display that sent it shows why. */
function receiveRejection(
  id: string,
  { payload }: ReceivedMessage,
  { now, on, sentNonces }: ConnectionDeps,
): void {
  if (payload === '') sentNonces.delete(id);
  const rejected = readRejection(payload);
  if (rejected === null || rejected.nonce !== sentNonces.get(id)) return;
  sentNonces.delete(id);
  on({ type: 'refused', at: now(), id, reason: rejected.reason });
}

/**
 * The broker delivers in order, so its echo of the display's own presence means that everything retained has arrived.
 * A late last will of an earlier connection would mark this screen as gone, so presence is published again.
 */
function receivePresence(
  { payload, isRetained }: ReceivedMessage,
  { now, on, broker, presence }: ConnectionDeps,
): void {
  if (!broker.isConnected()) return;
  if (presence.isOwn(payload)) on({ type: 'synced', at: now() });
  else if (!isRetained) void broker.publish(presence.message('online')).catch(() => undefined);
}

function confirmReceipt(id: string, rev: number, { facts, display, now, broker }: ConnectionDeps): void {
  const topic = buildTopic({ kind: 'receipt', site: facts.site.id, display });
  const receipt = {
    schema: 'bonewatch.receipt/1',
    alert: id,
    rev,
    ward: facts.ward.id,
    ts: new Date(now()).toISOString(),
  };
  // Where the connection ends before, the next one brings the alert and its receipt again.
  void broker.publish({ topic, payload: JSON.stringify(receipt), isRetained: false }).catch(() => undefined);
}

async function sendCommand(
  action: 'acknowledge' | 'unacknowledge',
  { id, by, rev }: AlertCommand,
  { facts, display, broker, sentNonces }: ConnectionDeps,
): Promise<Refusal | null> {
  if (!broker.isConnected()) return 'not-recorded';
  const topic = buildTopic({
    kind: 'alert-command',
    site: facts.site.id,
    ward: facts.ward.id,
    alertId: id,
  });
  const nonce = randomWord();
  sentNonces.set(id, nonce);
  const payload = JSON.stringify({ action, by, display, rev, nonce });
  try {
    await broker.publish({ topic, payload, isRetained: false });
    return null;
  } catch (error) {
    const isForbidden = error instanceof BrokerRefusal && error.reason === NOT_AUTHORIZED;
    return isForbidden ? 'not-allowed' : 'not-recorded';
  }
}

/** The version of MQTT to try: the other one after a broker has not accepted the first. */
interface VersionChoice {
  readonly current: () => ProtocolVersion;
  readonly noteAccepted: () => void;
  readonly noteClosed: () => void;
}

function createVersionChoice(configured: WardFacts['protocolVersion']): VersionChoice {
  let version: ProtocolVersion = configured === 4 ? 4 : 5;
  let isAccepted = false;
  return {
    current: () => version,
    noteAccepted() {
      isAccepted = true;
    },
    noteClosed() {
      if (!isAccepted && configured === 'auto') version = version === 5 ? 4 : 5;
    },
  };
}

function brokerUrl(websocketUrl: string | null): string {
  const url = new URL(websocketUrl ?? '/mqtt', location.href);
  url.protocol = url.protocol === 'wss:' || url.protocol === 'https:' ? 'wss:' : 'ws:';
  return url.href;
}

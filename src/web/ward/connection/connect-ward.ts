import { buildTopic } from '../../../contract/topics.ts';
import type { WardFacts } from '../../../contract/api/ward.ts';
import { connectBroker } from '../../shared/mqtt/connect-broker.ts';
import type { BrokerClient } from '../../shared/mqtt/connect-broker.ts';
import type { Refusal, WardEvent } from '../state/ward-state.ts';
import type { DisplayId } from './display-id.ts';
import type { PageVisibility } from './page-visibility.ts';
import { createPresence } from './presence.ts';
import type { Presence } from './presence.ts';
import { createReceipts } from './receipts.ts';
import { sendCommand } from './send-command.ts';
import type { AlertCommand } from './send-command.ts';
import { createVersionChoice } from './version-choice.ts';
import type { VersionChoice } from './version-choice.ts';
import type { Receipts } from './receipts.ts';
import { readRejection } from '../state/read-payload.ts';
import { readMessage } from './read-message.ts';
import type { ReceivedMessage } from './read-message.ts';

const KEEPALIVE_S = 5;
const CONNECT_TIMEOUT_MS = 5_000;
const RECONNECT_EVERY_MS = 1_000;
/** MQTT 5, 3.14.2.1: another client connected with this client's id. */
const SESSION_TAKEN_OVER = 142;

export interface WardConnection {
  /** Acknowledges an alert or takes that back. Resolves to the reason if the broker refuses; null: it was sent. */
  sendCommand(action: 'acknowledge' | 'unacknowledge', command: AlertCommand): Promise<Refusal | null>;
}

interface WardConnectionOptions {
  readonly facts: WardFacts;
  readonly display: DisplayId;
  readonly visibility: PageVisibility;
  readonly now: () => number;
  readonly on: (event: WardEvent) => void;
}

/** The dependencies that the steps of a connection share. */
interface ConnectionDeps extends WardConnectionOptions {
  readonly broker: BrokerClient;
  /** Of the present id. */
  readonly presence: () => Presence;
  readonly receipts: Receipts;
  /** Takes another id for the next connection. */
  readonly replaceId: () => Promise<void>;
  /** Alert id → nonce of the last command about it, until the alert names it as rejected. */
  readonly sentNonces: Map<string, string>;
  /** Presence topics of ids that were left to another client. */
  readonly left: Set<string>;
}

/**
 * Connects a display to the broker for as long as the page lives: it reconnects automatically, announces itself with a
 * last will, confirms each alert revision that a person can see, takes another id where another client has its own, and
 * reports everything as events.
 */
export function connectWard(options: WardConnectionOptions): WardConnection {
  const { facts, display, visibility, now } = options;
  const self = createSelf(options);
  const version = createVersionChoice(facts.protocolVersion);
  const broker = connectBroker({
    url: brokerUrl(facts.websocketUrl),
    connectTimeoutMs: CONNECT_TIMEOUT_MS,
    reconnectEveryMs: RECONNECT_EVERY_MS,
    connectOptions: () => ({
      version: version.current(),
      clientId: display.current().id,
      keepaliveS: KEEPALIVE_S,
      will: self.presence().message('offline'),
    }),
    on: brokerEvents(() => deps, version),
  });
  const receipts = createReceipts({
    facts,
    displayId: () => display.current().id,
    isShown: visibility.isShown,
    now,
    broker: () => broker,
  });
  const deps: ConnectionDeps = {
    ...options,
    ...self,
    broker,
    receipts,
    sentNonces: new Map(),
    left: new Set(),
  };
  visibility.onChange(() => publishVisibility(deps));
  return { sendCommand: (action, command) => sendCommand(action, command, deps) };
}

/** The presence of the page under its present id, which another one may replace. */
function createSelf({
  facts,
  display,
  visibility: { isShown },
  now,
  on,
}: WardConnectionOptions): Pick<ConnectionDeps, 'presence' | 'replaceId'> {
  let presence = createPresence({ facts, identity: display.current(), isShown, now });
  return {
    presence: () => presence,
    async replaceId() {
      await display.replace();
      const identity = display.current();
      presence = createPresence({ facts, identity, isShown, now });
      on({ type: 'id-replaced', at: now(), duplicateOf: identity.duplicateOf });
    },
  };
}

type BrokerEvents = Parameters<typeof connectBroker>[0]['on'];

function brokerEvents(deps: () => ConnectionDeps, version: VersionChoice): BrokerEvents {
  return {
    connected() {
      const { on, now } = deps();
      version.noteAccepted();
      on({ type: 'connected', at: now() });
      void announce(deps());
    },
    packetReceived() {
      const { on, now } = deps();
      on({ type: 'packet-received', at: now() });
    },
    message: (topic, payload, isRetained) => receive({ topic, payload, isRetained }, deps()),
    closed(reason) {
      const { on, now, presence, replaceId } = deps();
      on({ type: 'disconnected', at: now() });
      presence().renew();
      version.noteClosed();
      // Takes less time than the client waits before it reconnects.
      if (reason === SESSION_TAKEN_OVER) void replaceId();
    },
  };
}

/** Publishes whether this ward is watched here, then what can be seen. Without a connection, the next one does both. */
function publishVisibility({ visibility, broker, presence, receipts }: ConnectionDeps): void {
  if (!broker.isConnected()) return;
  void broker.publish(presence().message('online')).catch(() => undefined);
  if (visibility.isShown()) receipts.confirmAll();
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
    presence().topic,
  ];
  try {
    await broker.subscribe(topics);
    on({ type: 'subscribed', at: now() });
    await broker.publish(presence().message('online'));
  } catch {
    // A connection that ends meanwhile is reported by `closed` and reconnects; one that may not subscribe
    // never becomes synchronised and therefore never live.
  }
}

function receive(message: ReceivedMessage, deps: ConnectionDeps): void {
  const { now, on, presence, receipts } = deps;
  if (message.topic === presence().topic) {
    receivePresence(message, deps);
    return;
  }
  const event = readMessage(message, now());
  if (event === null) return;
  on(event);
  if (event.type !== 'alert') return;
  receiveRejection(event.id, message, deps);
  if (event.alert === null) receipts.end(event.id);
  else receipts.receive(event.id, event.alert.rev);
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
function receivePresence(message: ReceivedMessage, deps: ConnectionDeps): void {
  const { now, on, broker, presence, left } = deps;
  if (!broker.isConnected() || left.has(message.topic)) return;
  switch (presence().classify(message)) {
    case 'own':
      on({ type: 'synced', at: now() });
      return;
    case 'late':
      if (!message.isRetained) void broker.publish(presence().message('online')).catch(() => undefined);
      return;
    case 'other':
      void leaveId(message, deps);
  }
}

/**
 * Leaves the id to the other client that uses it, with that client's own presence: it finds nothing of this one when it
 * reconnects. A broker of MQTT 3.1.1 does not state that a session was taken over, so this is how a display notices it.
 */
async function leaveId(
  { topic, payload }: ReceivedMessage,
  { broker, left, replaceId }: ConnectionDeps,
): Promise<void> {
  left.add(topic);
  await broker.publish({ topic, payload, isRetained: true }).catch(() => undefined);
  await replaceId();
  broker.restart();
}

function brokerUrl(websocketUrl: string | null): string {
  const url = new URL(websocketUrl ?? '/mqtt', location.href);
  url.protocol = url.protocol === 'wss:' || url.protocol === 'https:' ? 'wss:' : 'ws:';
  return url.href;
}

import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '../../contract/logger.ts';
import type { Config } from '../../config/schema.ts';
import { BonewatchError, isBonewatchError } from '../../contract/errors.ts';
import type { AvailabilityState } from '../messages/availability-message.ts';
import { backOffMs } from './back-off.ts';
import { isRefusal } from './broker-error.ts';
import { chooseProtocolVersion } from './choose-protocol-version.ts';
import type { IncomingMessage } from '../messages/incoming-message.ts';
import { openSession, type ProtocolVersion, type Session } from './open-session.ts';
import type { OutgoingMessage } from '../../contract/outgoing-message.ts';
import { readBrokerAccess } from './read-broker-access.ts';
import { createSubscriptions, type Subscription } from './subscriptions.ts';

const RECONNECT = { firstMs: 200, maxMs: 5_000 };
/** After a connection that lasted this long, the back-off starts again at its minimum. */
const STEADY_AFTER_MS = 10_000;
const STOP_MESSAGE_DEADLINE_MS = 1_000;

export type BrokerStatus =
  | { readonly state: 'connected'; readonly protocolVersion: ProtocolVersion }
  /** `silentMs`: how long the broker had not answered before that; 0 if the connection was closed or never made. */
  | { readonly state: 'disconnected'; readonly error: BonewatchError; readonly silentMs: number };

/** The connection to the broker. It stores no message: what must not be lost goes through the outbox. */
export interface Broker extends AsyncDisposable {
  /** Null until the first attempt has ended. */
  readonly status: BrokerStatus | null;
  /**
   * Resolves on PUBACK. @throws BROKER_UNREACHABLE when not connected or the connection ends, else the broker's refusal
   */
  publish(message: OutgoingMessage): Promise<void>;
  /** Delivers messages that match a filter, on this and every later connection. */
  subscribe(filter: string, handler: (message: IncomingMessage) => void): Subscription;
  /**
   * Calls back on every change, and at once with the current status if there is one. Returns the unsubscribe function.
   */
  onStatus(listener: (status: BrokerStatus) => void): () => void;
}

export interface BrokerOptions {
  readonly config: Pick<Config['broker'], 'url' | 'protocolVersion' | 'username' | 'passwordFile' | 'tls'>;
  /** The same for every connection of this device, so that a new one ends a half-dead old one. */
  readonly clientId: string;
  /** $CREDENTIALS_DIRECTORY, where systemd puts the secrets of a service. */
  readonly credentialsDirectory?: string | undefined;
  readonly newSessionId: () => string;
  /** Birth message, last will and stop message of one session. */
  readonly availability: (state: AvailabilityState, session: string) => OutgoingMessage;
  /**
   * Messages published on each connection before `online`: info, active technical alarms, open alerts. A reader that
   * sees `online` can rely on them, even if the broker lost its retained messages.
   */
  readonly birthMessages?: () => readonly OutgoingMessage[];
  /** The broker's answer to a birth message or a subscription, by topic; null: accepted. */
  readonly onAnswer?: (topic: string, refusal: BonewatchError | null) => void;
  readonly log: Logger;
}

/** The current connection. */
interface CurrentSession {
  readonly session: Session;
  readonly id: string;
}

interface ConnectionState extends BrokerOptions {
  /** Aborted when the broker is disposed. */
  readonly disposal: AbortController;
  /** Aborted to stop reconnecting. */
  readonly stopped: AbortSignal;
  readonly protocol: ReturnType<typeof chooseProtocolVersion>;
  readonly subscriptions: ReturnType<typeof createSubscriptions>;
  readonly listeners: Set<(status: BrokerStatus) => void>;
  status: BrokerStatus | null;
  /** Learnt from a broker that closed the connection on a larger message without giving a reason. */
  maxPacketBytes: number;
  live: CurrentSession | null;
}

/**
 * Maintains one MQTT connection, with MQTT 5 or, if the broker does not support it, 3.1.1. Does not wait for the
 * broker: an unreachable one is a status, not an error, and so is a password or certificate that cannot be read. Every connection has its own session id and starts with the
 * birth messages. Disposing publishes `stopped`; every other end leaves the last will, `offline`, with the session of
 * the birth. Aborting stops the reconnects; an open connection stays open until it is disposed.
 */
export function connectBroker(options: BrokerOptions, signal: AbortSignal): Broker {
  const state = createState(options, signal);
  state.subscriptions.add(options.availability('online', '').topic, (message) =>
    correctAvailability(state, message),
  );
  const ended = stayConnected(state);
  const { listeners } = state;

  return {
    get status() {
      return state.status;
    },

    async publish(message) {
      if (state.live === null) throw new BonewatchError('BROKER_UNREACHABLE', 'Not connected to the broker.');
      await state.live.session.publish(message);
    },

    subscribe: state.subscriptions.add,

    onStatus(listener) {
      listeners.add(listener);
      if (state.status !== null) listener(state.status);
      return () => listeners.delete(listener);
    },

    async [Symbol.asyncDispose]() {
      listeners.clear();
      const last = state.live;
      state.live = null;
      state.disposal.abort();
      if (last !== null) await endSession(last.session, options.availability('stopped', last.id));
      await ended;
    },
  };
}

function createState(options: BrokerOptions, signal: AbortSignal): ConnectionState {
  const disposal = new AbortController();
  return {
    ...options,
    disposal,
    stopped: AbortSignal.any([signal, disposal.signal]),
    protocol: chooseProtocolVersion(options.config.protocolVersion),
    subscriptions: createSubscriptions(options.log, (topic, refusal) => options.onAnswer?.(topic, refusal)),
    listeners: new Set(),
    status: null,
    maxPacketBytes: Infinity,
    live: null,
  };
}

/** Reconnects after every disconnect, until stopped. */
async function stayConnected(state: ConnectionState): Promise<void> {
  const { stopped, protocol, subscriptions, disposal } = state;
  let failures = 0;
  while (!stopped.aborted) {
    const startedAtMs = performance.now();
    const error = await runSession(state).catch((cause: unknown) => onlyNamed(cause, stopped));
    const silentMs = state.live?.session.silentMs ?? 0;
    state.live = null;
    subscriptions.pause();
    if (error === null || protocol.reconsider(error)) continue;
    if (disposal.signal.aborted) return;
    setStatus(state, { state: 'disconnected', error, silentMs });
    if (performance.now() - startedAtMs > STEADY_AFTER_MS) failures = 0;
    const waitMs = backOffMs(failures++, Math.random(), RECONNECT);
    await delay(waitMs, undefined, { signal: stopped }).catch(() => undefined);
  }
}

/** One connection from its first packet to its end; resolves to why it ended. */
async function runSession(state: ConnectionState): Promise<BonewatchError> {
  const { config, credentialsDirectory, clientId, protocol, subscriptions, maxPacketBytes } = state;
  const access = await readBrokerAccess(config, credentialsDirectory);
  const id = state.newSessionId();
  const session = await openSession(
    {
      url: config.url,
      clientId,
      protocolVersion: protocol.version,
      access,
      lastWill: state.availability('offline', id),
      maxPacketBytes,
      onMessage: subscriptions.dispatch,
    },
    state.stopped,
  );
  if (state.disposal.signal.aborted) await session.end();
  state.live = { session, id };
  for (const message of state.birthMessages?.() ?? []) await publishBirth(state, session, message);
  await publishBirth(state, session, state.availability('online', id));
  subscriptions.renew(session);
  setStatus(state, { state: 'connected', protocolVersion: session.protocolVersion });
  const error = await session.closed;
  // Valid until the connection ends for another reason, such as a broker that is restarted with another limit.
  state.maxPacketBytes = session.fatalBytes === null ? Infinity : session.fatalBytes - 1;
  return error;
}

async function publishBirth(
  { log, onAnswer }: ConnectionState,
  session: Session,
  message: OutgoingMessage,
): Promise<void> {
  try {
    await session.publish(message);
    onAnswer?.(message.topic, null);
  } catch (error) {
    if (!isBonewatchError(error) || !isRefusal(error)) throw error;
    onAnswer?.(message.topic, error);
    log.debug({ err: error, code: error.code, topic: message.topic }, 'broker rejected a birth message');
  }
}

/** A late last will of an earlier connection would report a running device as offline. */
function correctAvailability({ live, availability }: ConnectionState, { payload }: IncomingMessage): void {
  if (live === null || isOnline(payload)) return;
  // If this fails, the connection has ended, and the next one publishes it.
  live.session.publish(availability('online', live.id)).catch(() => undefined);
}

function setStatus(state: ConnectionState, next: BrokerStatus): void {
  const { log } = state;
  if (isSameStatus(state.status, next)) return;
  state.status = next;
  if (next.state === 'connected') log.info({ protocolVersion: next.protocolVersion }, 'broker connected');
  else log.warn({ err: next.error, code: next.error.code }, 'broker disconnected');
  for (const listener of [...state.listeners]) listener(next);
}

/** Null: `stopped` was aborted. Any other error is a bug and is thrown on. */
function onlyNamed(error: unknown, stopped: AbortSignal): BonewatchError | null {
  if (isBonewatchError(error)) return error;
  if (stopped.aborted) return null;
  throw error;
}

async function endSession(session: Session, farewell: OutgoingMessage): Promise<void> {
  const published = session.publish(farewell).catch(() => undefined);
  await Promise.race([published, delay(STOP_MESSAGE_DEADLINE_MS, undefined, { ref: false })]);
  await session.end();
}

function isSameStatus(before: BrokerStatus | null, after: BrokerStatus): boolean {
  if (before?.state === 'disconnected' && after.state === 'disconnected')
    return before.error.code === after.error.code;
  return false;
}

function isOnline(payload: Uint8Array): boolean {
  try {
    const message: unknown = JSON.parse(Buffer.from(payload).toString('utf8'));
    return (
      typeof message === 'object' && message !== null && 'state' in message && message.state === 'online'
    );
  } catch {
    return false;
  }
}

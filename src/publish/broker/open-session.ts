import { promise as createQueue } from 'fastq';
import { connect, type IClientOptions, type MqttClient } from 'mqtt';
import { BonewatchError } from '../../contract/errors.ts';
import { brokerError } from './broker-error.ts';
import type { IncomingMessage } from '../messages/incoming-message.ts';
import type { OutgoingMessage } from '../../contract/outgoing-message.ts';
import type { BrokerAccess } from './read-broker-access.ts';

const CONNECT_TIMEOUT_MS = 10_000;
/** The broker publishes the last will after one and a half times this without a packet from the device. */
const KEEPALIVE_SECONDS = 6;
/** A broker that has sent nothing for this long, not even the answer to a ping, is frozen or cut off. */
const MAX_SILENCE_MS = 7_500;
const SILENCE_POLL_MS = 500;
/** mqtt.js, when a ping was not answered. */
const KEEPALIVE_TIMEOUT = 'Keepalive timeout';
/** A broker that answers pings but not publications for this long has lost them. */
const ACK_DEADLINE_MS = 15_000;
const END_DEADLINE_MS = 1_000;
/** More unacknowledged messages than this gain no throughput; a broker may allow fewer (Mosquitto: 20). */
const MAX_IN_FLIGHT = 20;
/** Fixed header, topic length, packet identifier and properties around topic and payload. */
const PACKET_OVERHEAD_BYTES = 16;

export type ProtocolVersion = 4 | 5;

export interface SessionOptions {
  readonly url: string;
  readonly clientId: string;
  readonly protocolVersion: ProtocolVersion;
  readonly access: BrokerAccess;
  readonly lastWill: OutgoingMessage;
  /** The largest message that the broker was found to accept, if it did not announce a maximum. */
  readonly maxPacketBytes: number;
  readonly onMessage: (message: IncomingMessage) => void;
}

/** One connection to the broker, from CONNACK until it closes; never reconnects, never sends anything twice. */
export interface Session {
  readonly protocolVersion: ProtocolVersion;
  /** Resolves with why the connection ended. */
  readonly closed: Promise<BonewatchError>;
  /** How long the broker had sent nothing when the connection ended for that; 0 if it ended for another reason. */
  readonly silentMs: number;
  /** Size of the message on which the broker closed the connection; null if that was not the reason. */
  readonly fatalBytes: number | null;
  /**
   * Resolves on PUBACK (QoS 0: once written).
   * @throws BROKER_FORBIDDEN, BROKER_QUOTA, BROKER_MESSAGE_TOO_LARGE, BROKER_REFUSED, BROKER_UNREACHABLE
   */
  publish(message: OutgoingMessage): Promise<void>;
  /** Resolves on SUBACK. @throws BROKER_FORBIDDEN, BROKER_REFUSED, BROKER_UNREACHABLE */
  subscribe(filter: string): Promise<void>;
  unsubscribe(filter: string): Promise<void>;
  /** Sends DISCONNECT, so that the broker does not publish the last will. */
  end(): Promise<void>;
}

interface Request {
  /** Of what is published; 0 for the rest. */
  readonly sizeBytes: number;
  readonly send: (done: (cause?: unknown) => void) => void;
}

interface SessionState {
  readonly client: MqttClient;
  readonly closed: PromiseWithResolvers<BonewatchError>;
  /** Requests that wait for the broker's answer, with the size of what was sent. */
  readonly unanswered: Map<(error: BonewatchError) => void, number>;
  /** Why this side ended the connection; null while it has not. */
  reason: BonewatchError | null;
  fatalBytes: number | null;
  lastPacketAtMs: number;
  silentMs: number;
}

/**
 * Opens one clean MQTT session. mqtt.js stores nothing: what is not acknowledged when the connection ends
 * rejects, and the caller decides whether to send it again.
 * @throws BROKER_UNREACHABLE, BROKER_LOGIN_REFUSED, BROKER_REFUSED, BROKER_UNTRUSTED
 */
export async function openSession(options: SessionOptions, signal: AbortSignal): Promise<Session> {
  signal.throwIfAborted();
  const client = connect(options.url, clientOptions(options));
  const closed = Promise.withResolvers<BonewatchError>();
  const state = createSessionState(client, closed);
  listen(state, options);
  const limits = await connected(client, closed.promise, signal);
  endWhenSilent(state);
  const maxBytes = Math.min(limits.maximumPacketSize, options.maxPacketBytes);
  const inFlight = createQueue<unknown, Request, unknown>(
    (request) => answered(state, request),
    Math.min(MAX_IN_FLIGHT, limits.receiveMaximum),
  );

  return {
    protocolVersion: options.protocolVersion,
    closed: closed.promise,
    get fatalBytes() {
      return state.fatalBytes;
    },
    get silentMs() {
      return state.silentMs;
    },
    async publish(message) {
      const sizeBytes = packetBytes(message);
      if (sizeBytes > maxBytes)
        throw new BonewatchError('BROKER_MESSAGE_TOO_LARGE', `The broker accepts at most ${maxBytes} bytes.`);
      const { topic, payload, qos, retain } = message;
      await inFlight.push({
        sizeBytes,
        send: (done) => client.publish(topic, payload, { qos, retain }, done),
      });
    },
    subscribe: (filter) =>
      answered(state, { sizeBytes: 0, send: (done) => client.subscribe(filter, { qos: 1 }, done) }),
    unsubscribe: (filter) =>
      answered(state, { sizeBytes: 0, send: (done) => client.unsubscribe(filter, done) }),
    end: () => end(state),
  };
}

function createSessionState(client: MqttClient, closed: SessionState['closed']): SessionState {
  return {
    client,
    closed,
    unanswered: new Map(),
    reason: null,
    fatalBytes: null,
    lastPacketAtMs: performance.now(),
    silentMs: 0,
  };
}

function listen(state: SessionState, { onMessage }: SessionOptions): void {
  const { client, closed, unanswered } = state;
  client.on('error', (cause) => {
    if (cause.message === KEEPALIVE_TIMEOUT) state.silentMs = performance.now() - state.lastPacketAtMs;
    cut(state, brokerError(cause));
  });
  client.on('disconnect', ({ reasonCode }) => cut(state, brokerError({ code: reasonCode ?? null }, 'topic')));
  client.on('message', (topic, payload, packet) => onMessage({ topic, payload, isRetained: packet.retain }));
  client.on('packetreceive', () => (state.lastPacketAtMs = performance.now()));
  client.on('close', () => {
    const error =
      state.reason ?? new BonewatchError('BROKER_UNREACHABLE', 'The connection to the broker was closed.');
    rejectUnanswered(unanswered, error);
    client.end(true);
    closed.resolve(error);
  });
}

/** Ends the connection when a frozen broker, or a network that drops packets, answers nothing. */
function endWhenSilent(state: SessionState): void {
  const silentMs = (): number => performance.now() - state.lastPacketAtMs;
  const timer = setDeferredInterval(() => {
    if (silentMs() < MAX_SILENCE_MS || state.reason !== null) return;
    state.silentMs = silentMs();
    cut(state, new BonewatchError('BROKER_UNREACHABLE', 'The broker does not answer.'));
  }, SILENCE_POLL_MS);
  void state.closed.promise.then(() => clearInterval(timer));
}

/** Runs after what has arrived meanwhile was read, so that a pause of this process does not look like a silent broker. */
function setDeferredInterval(work: () => void, ms: number): NodeJS.Timeout {
  return setInterval(() => setImmediate(work), ms);
}

const DEFERRED_TIMER: NonNullable<Exclude<IClientOptions['timerVariant'], string>> = {
  set: (work, ms = 0) =>
    setDeferredInterval(() => void Reflect.apply(work, null, []), ms)[Symbol.toPrimitive](),
  clear: (timer) => clearInterval(timer),
};

function cut(state: SessionState, error: BonewatchError): void {
  state.reason ??= error;
  // Before mqtt.js does, which knows no reasons.
  state.fatalBytes ??= rejectUnanswered(state.unanswered, state.reason);
  state.client.end(true);
}

/** Waits for the broker's answer, the end of the connection or the deadline, whichever comes first. */
function answered(state: SessionState, { send, sizeBytes }: Request): Promise<void> {
  const { client, unanswered } = state;
  return new Promise<void>((resolve, reject) => {
    if (!client.connected) throw new BonewatchError('BROKER_UNREACHABLE', 'Not connected to the broker.');
    const deadline = setTimeout(
      () => cut(state, new BonewatchError('BROKER_UNREACHABLE', 'The broker did not acknowledge in time.')),
      ACK_DEADLINE_MS,
    );
    function finish(error: BonewatchError | null) {
      clearTimeout(deadline);
      unanswered.delete(finish);
      if (error === null) resolve();
      else reject(error);
    }
    unanswered.set(finish, sizeBytes);
    send((cause) => finish(cause === undefined || cause === null ? null : brokerError(cause, 'topic')));
  });
}

async function end({ client, closed }: SessionState): Promise<void> {
  const force = setTimeout(() => client.end(true), END_DEADLINE_MS);
  client.end(false);
  await closed.promise;
  clearTimeout(force);
}

function packetBytes({ topic, payload }: OutgoingMessage): number {
  return Buffer.byteLength(topic) + Buffer.byteLength(payload) + PACKET_OVERHEAD_BYTES;
}

/**
 * The connection ended: the result of messages in flight is unknown, so they are sent again on the next one. If the
 * broker closed it because a message was too large, that is the largest in flight; its size is returned.
 */
function rejectUnanswered(
  unanswered: Map<(error: BonewatchError) => void, number>,
  error: BonewatchError,
): number | null {
  const largest = Math.max(0, ...unanswered.values());
  const isTooLarge = error.code === 'BROKER_MESSAGE_TOO_LARGE' && largest > 0;
  const lost =
    error.code === 'BROKER_UNREACHABLE'
      ? error
      : new BonewatchError('BROKER_UNREACHABLE', error.message, { cause: error });
  for (const [reject, sizeBytes] of [...unanswered]) {
    reject(isTooLarge && sizeBytes === largest ? error : lost);
  }
  unanswered.clear();
  return isTooLarge ? largest : null;
}

function clientOptions(options: SessionOptions): IClientOptions {
  const { topic, payload, qos, retain } = options.lastWill;
  return {
    ...options.access,
    clientId: options.clientId,
    protocolVersion: options.protocolVersion,
    clean: true,
    keepalive: KEEPALIVE_SECONDS,
    connectTimeout: CONNECT_TIMEOUT_MS,
    reconnectPeriod: 0,
    resubscribe: false,
    queueQoSZero: false,
    // Pings are sent also while messages are: only an answer proves that the broker is there.
    reschedulePings: false,
    timerVariant: DEFERRED_TIMER,
    rejectUnauthorized: true,
    will: { topic, payload: Buffer.from(payload), qos, retain },
  };
}

interface BrokerLimits {
  readonly receiveMaximum: number;
  readonly maximumPacketSize: number;
}

function connected(
  client: MqttClient,
  closed: Promise<BonewatchError>,
  signal: AbortSignal,
): Promise<BrokerLimits> {
  return new Promise((resolve, reject) => {
    const abort = () => client.end(true);
    signal.addEventListener('abort', abort, { once: true });
    client.once('connect', ({ properties }) => {
      signal.removeEventListener('abort', abort);
      resolve({
        receiveMaximum: properties?.receiveMaximum ?? MAX_IN_FLIGHT,
        maximumPacketSize: properties?.maximumPacketSize ?? Infinity,
      });
    });
    void closed.then((error) => {
      signal.removeEventListener('abort', abort);
      reject(error);
    });
  });
}

import type { Clock } from '../../contract/clock.ts';
import { alarmCodesAbout, isAlarmCode, type AlarmCode } from '../../contract/error-table.ts';
import { isBonewatchError, type BonewatchError } from '../../contract/errors.ts';
import { buildTopic, parseTopic } from '../../contract/topics.ts';
import type { BrokerStatus } from '../../publish/broker/connect-broker.ts';
import type { OutboxRow } from '../../publish/deliver-outbox.ts';
import type { AuditEntry } from '../../contract/audit-entry.ts';
import type { TechnicalAlarms } from './technical-alarms.ts';

/** The technical alarms about the connection to the broker and about messages that it refuses. */
export interface BrokerAlarms {
  readonly onStatus: (status: BrokerStatus) => void;
  readonly onRefused: (row: OutboxRow, error: BonewatchError) => void;
  onDelivered(row: OutboxRow): void;
  /** The broker's answer to a subscription or a birth message; null: accepted. */
  readonly onAnswer: (topic: string, refusal: BonewatchError | null) => void;
  /** The wards of which the broker refuses alerts, sorted. */
  readonly undeliveredWards: () => readonly string[];
  /** Applies the timeouts; call it every second. */
  tick(): void;
}

export interface BrokerAlarmDeps {
  readonly alarms: Pick<TechnicalAlarms, 'raise' | 'clear'>;
  readonly audit: { append(entry: AuditEntry): void };
  readonly clock: Clock;
  /** A monotonic clock, in milliseconds. */
  readonly elapsed: () => number;
}

/** Long enough for a restart of the broker, which raises no alarm; the wards must call within 10 s. */
const UNREACHABLE_AFTER_MS = 5_000;
/** A first connection may take as long as a broker needs to check a password elsewhere. */
const FIRST_CONNECTION_MS = 8_000;
/** Two programs with one client id disconnect each other every few seconds: a connection counts as stable after this. */
const STABLE_AFTER_MS = 60_000;
const MAX_TOPICS = 5;

interface Disconnection {
  readonly error: BonewatchError;
  readonly sinceMs: number;
}

/** Raises and clears the alarms; each cleared one is audited, since it could not be published while it was active. */
export function createBrokerAlarms(deps: BrokerAlarmDeps): BrokerAlarms {
  const { elapsed } = deps;
  const audited = createAuditedAlarms(deps);
  const refusals = createRefusals(audited);
  const startedMs = elapsed();
  let disconnection: Disconnection | null = null;
  let connectedAtMs: number | null = null;

  function tick() {
    if (disconnection !== null) {
      const { error, sinceMs } = disconnection;
      const code = alarmOf(error);
      const isLate = code !== 'BROKER_UNREACHABLE' || elapsed() - sinceMs >= UNREACHABLE_AFTER_MS;
      if (isLate) audited.raise(code, error.message);
    } else if (connectedAtMs !== null) {
      clearConnectionAlarms(audited, elapsed() - connectedAtMs);
      refusals.update();
    } else if (elapsed() - startedMs >= FIRST_CONNECTION_MS) {
      audited.raise('BROKER_UNREACHABLE', 'The broker has not answered since the start.');
    }
  }

  return {
    onStatus(status) {
      const isConnected = status.state === 'connected';
      connectedAtMs = isConnected ? elapsed() : null;
      disconnection = isConnected
        ? null
        : { error: status.error, sinceMs: disconnection?.sinceMs ?? elapsed() - status.silentMs };
      tick();
    },
    onRefused: ({ seq, topic }, error) => refusals.add(`row ${seq}`, topic, error),
    onDelivered: ({ seq }) => refusals.remove(`row ${seq}`),
    onAnswer(topic, refusal) {
      if (refusal === null) refusals.remove(`topic ${topic}`);
      else refusals.add(`topic ${topic}`, topic, refusal);
    },
    undeliveredWards: refusals.wards,
    tick,
  };
}

function clearConnectionAlarms({ clear }: AuditedAlarms, connectedForMs: number): void {
  for (const code of alarmCodesAbout('connection'))
    if (code !== 'BROKER_SESSION_TAKEN' || connectedForMs >= STABLE_AFTER_MS) clear(code);
}

interface AuditedAlarms {
  readonly raise: (code: AlarmCode, subject: string) => void;
  readonly clear: (code: AlarmCode) => void;
}

/** Active alarms by code, audited with their start time when they are cleared. */
function createAuditedAlarms({ alarms, audit, clock }: BrokerAlarmDeps): AuditedAlarms {
  const raisedAt = new Map<AlarmCode, string>();
  return {
    raise(code, subject) {
      if (!raisedAt.has(code)) raisedAt.set(code, new Date(clock.now()).toISOString());
      alarms.raise(code, subject);
    },
    clear(code) {
      const since = raisedAt.get(code);
      if (since === undefined) return;
      const at = new Date(clock.now()).toISOString();
      try {
        audit.append({ at, kind: 'broker-trouble', actor: 'bonewatch', subject: code, detail: { since } });
      } catch (error) {
        // The store cannot be written: the alarm stays active, and the next tick retries.
        if (isBonewatchError(error)) return;
        throw error;
      }
      raisedAt.delete(code);
      alarms.clear(code);
    },
  };
}

interface Refusals {
  readonly add: (key: string, topic: string, error: BonewatchError) => void;
  readonly remove: (key: string) => void;
  /** The wards of the refused topics. */
  readonly wards: () => readonly string[];
  /** Raises an alarm for each code that refuses a topic, and clears the others. */
  readonly update: () => void;
}

/** Currently refused: messages by their row, subscriptions and birth messages by their topic. */
function createRefusals({ raise, clear }: AuditedAlarms): Refusals {
  const refusals = new Map<string, { readonly code: AlarmCode; readonly topic: string }>();

  function update() {
    for (const code of alarmCodesAbout('message')) {
      const own = [...refusals.values()].filter((refusal) => refusal.code === code);
      const topics = [...new Set(own.map(({ topic }) => withoutId(topic)))].toSorted();
      if (topics.length === 0) clear(code);
      else raise(code, topics.slice(0, MAX_TOPICS).join(', '));
    }
  }

  return {
    add(key, topic, error) {
      refusals.set(key, { code: alarmOf(error), topic });
      update();
    },
    remove(key) {
      if (refusals.delete(key)) update();
    },
    wards: () => [...new Set([...refusals.values()].flatMap(({ topic }) => wardOf(topic) ?? []))].toSorted(),
    update,
  };
}

/** Without a code of its own, the connection counts as unreachable: a secret that cannot be read, for example. */
function alarmOf({ code }: BonewatchError): AlarmCode {
  return isAlarmCode(code) ? code : 'BROKER_UNREACHABLE';
}

function wardOf(topic: string): string | null {
  const parsed = parseTopic(topic);
  return parsed?.kind === 'alert' || parsed?.kind === 'event' ? parsed.ward : null;
}

/** All alerts of a ward are one subject. */
function withoutId(topic: string): string {
  const parsed = parseTopic(topic);
  return parsed?.kind === 'alert' ? buildTopic({ ...parsed, alertId: '+' }) : topic;
}

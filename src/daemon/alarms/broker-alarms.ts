import type { Clock } from '../../contract/clock.ts';
import { isBonewatchError, type BonewatchError, type ErrorCode } from '../../contract/errors.ts';
import { buildTopic, parseTopic } from '../../contract/topics.ts';
import type { BrokerStatus } from '../../publish/broker/connect-broker.ts';
import type { OutboxRow } from '../../publish/deliver-outbox.ts';
import type { AuditEntry } from '../../store/audit/audit.ts';
import type { TechnicalAlarms } from './technical-alarms.ts';

/** What goes wrong between this device and the broker, as technical alarms that end when it is over. */
export interface BrokerAlarms {
  onStatus(status: BrokerStatus): void;
  onRefused(row: OutboxRow, error: BonewatchError): void;
  onDelivered(row: OutboxRow): void;
  /** What the broker said of a subscription or a birth message; null: yes. */
  onAnswer(topic: string, refusal: BonewatchError | null): void;
  /** Looks at the time; call it every second. */
  tick(): void;
}

export interface BrokerAlarmDeps {
  readonly alarms: Pick<TechnicalAlarms, 'set'>;
  readonly audit: { append(entry: AuditEntry): void };
  readonly clock: Clock;
  /** Milliseconds that never jump. */
  readonly elapsed: () => number;
}

/** Ended by a connection; a refusal that is no row's or topic's ends with it too. */
const CONNECTION_CODES: readonly ErrorCode[] = [
  'BROKER_UNREACHABLE',
  'BROKER_UNTRUSTED',
  'BROKER_SESSION_TAKEN',
  'BROKER_LOGIN_REFUSED',
];
const MESSAGE_CODES: readonly ErrorCode[] = [
  'BROKER_REFUSED',
  'BROKER_FORBIDDEN',
  'BROKER_QUOTA',
  'BROKER_MESSAGE_TOO_LARGE',
];
/** A broker that is being restarted is nobody's business. */
const UNREACHABLE_AFTER_MS = 60_000;
/** Two programs with one name throw each other out every few seconds: a connection proves nothing before this. */
const STEADY_AFTER_MS = 60_000;
const MAX_TOPICS = 5;

interface Trouble {
  readonly error: BonewatchError;
  readonly sinceMs: number;
}

/** Keeps the alarms; every one that ends leaves an audit row, since the broker could not be told while it lasted. */
export function createBrokerAlarms(options: BrokerAlarmDeps): BrokerAlarms {
  const { alarms, audit, clock, elapsed } = options;
  const refusals = new Map<string, { readonly code: ErrorCode; readonly topic: string }>();
  const raised = new Map<ErrorCode, string>();
  let trouble: Trouble | null = null;
  let connectedAtMs: number | null = null;

  function raise(code: ErrorCode, subject: string) {
    if (!raised.has(code)) raised.set(code, new Date(clock.now()).toISOString());
    alarms.set(code, subject);
  }

  function end(code: ErrorCode) {
    const since = raised.get(code);
    if (since === undefined) return;
    const at = new Date(clock.now()).toISOString();
    try {
      audit.append({ at, kind: 'broker-trouble', actor: 'bonewatch', subject: code, detail: { since } });
    } catch (error) {
      // The record cannot be written: the alarm lasts until it can, and the next second tries again.
      if (isBonewatchError(error)) return;
      throw error;
    }
    raised.delete(code);
    alarms.set(code, null);
  }

  function tellRefusals() {
    for (const code of MESSAGE_CODES) {
      const own = [...refusals.values()].filter((refusal) => refusal.code === code);
      const topics = [...new Set(own.map(({ topic }) => topic))].toSorted();
      if (topics.length === 0) end(code);
      else raise(code, topics.slice(0, MAX_TOPICS).join(', '));
    }
  }

  function tick() {
    if (trouble !== null) {
      const { error, sinceMs } = trouble;
      const isSudden = error.code === 'BROKER_UNREACHABLE';
      if (isSudden && elapsed() - sinceMs < UNREACHABLE_AFTER_MS) return;
      raise(error.code, error.message);
      return;
    }
    if (connectedAtMs === null) return;
    for (const code of CONNECTION_CODES) {
      if (code !== 'BROKER_SESSION_TAKEN' || elapsed() - connectedAtMs >= STEADY_AFTER_MS) end(code);
    }
    tellRefusals();
  }

  return {
    onStatus(status) {
      if (status.state === 'connected') {
        trouble = null;
        connectedAtMs = elapsed();
      } else {
        trouble = { error: status.error, sinceMs: trouble?.sinceMs ?? elapsed() };
        connectedAtMs = null;
      }
      tick();
    },
    onRefused({ seq, topic }, { code }) {
      refusals.set(`row ${seq}`, { code, topic: withoutId(topic) });
      tellRefusals();
    },
    onDelivered({ seq }) {
      if (refusals.delete(`row ${seq}`)) tellRefusals();
    },
    onAnswer(topic, refusal) {
      const key = `topic ${topic}`;
      if (refusal === null && !refusals.delete(key)) return;
      if (refusal !== null) refusals.set(key, { code: refusal.code, topic: withoutId(topic) });
      tellRefusals();
    },
    tick,
  };
}

/** All alerts of a ward are one subject. */
function withoutId(topic: string): string {
  const parsed = parseTopic(topic);
  return parsed?.kind === 'alert' ? buildTopic({ ...parsed, alertId: '+' }) : topic;
}

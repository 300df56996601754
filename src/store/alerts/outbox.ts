import type { OutboxMessage } from '../../contract/outgoing-message.ts';
import type { Database } from '../database/database.ts';

interface PendingMessage extends OutboxMessage {
  readonly seq: number;
  readonly attempts: number;
  readonly lastError: string | null;
  readonly createdAt: number;
}

/** Messages that their target has not yet confirmed. A message stays until `markDelivered`, across restarts. */
export interface Outbox {
  /** Adds messages in order; inside a transaction they are committed with the rest of it or not at all. */
  add(messages: readonly OutboxMessage[]): void;
  /** Messages waiting for the broker, oldest first; only those after `afterSeq` if it is given. */
  pending(limit: number, afterSeq?: number): PendingMessage[];
  markDelivered(seq: number): void;
  /** Counts the attempt; the message stays. */
  markFailed(seq: number, code: string): void;
  /** Removes the waiting messages of an alert that the broker is known to have; returns how many. */
  removeAlert(alertId: string): number;
  pendingCount(): number;
  /** The alerts with waiting messages. */
  pendingAlerts(): ReadonlySet<string>;
  /** Removes messages delivered before a time, some hundreds per call; returns how many. */
  pruneDelivered(before: number): number;
}

interface OutboxRow {
  readonly seq: number;
  readonly topic: string;
  readonly payload: string;
  readonly qos: number;
  readonly retain: number;
  readonly ward: string | null;
  readonly alert_id: string | null;
  readonly rev: number | null;
  readonly written_at: number | null;
  readonly order_key: string | null;
  readonly created_at: number;
  readonly attempts: number;
  readonly last_error: string | null;
}

const PRUNED_AT_ONCE = 500;

const INSERT_SQL = `INSERT INTO outbox (target, topic, payload, qos, retain, ward, alert_id, rev, written_at, order_key, created_at)
  VALUES (@target, @topic, @payload, @qos, @retain, @ward, @alertId, @rev, @writtenAt, @orderKey, @at)`;
const PENDING = `SELECT seq, topic, payload, qos, retain, ward, alert_id, rev, written_at, order_key, created_at, attempts, last_error
  FROM outbox WHERE delivered_at IS NULL AND target = 'mqtt' AND seq > ? ORDER BY seq LIMIT ?`;
const DELIVERED =
  'UPDATE outbox SET delivered_at = ?, attempts = attempts + 1, last_error = NULL WHERE seq = ? AND delivered_at IS NULL';
const FAILED =
  'UPDATE outbox SET attempts = attempts + 1, last_error = ? WHERE seq = ? AND delivered_at IS NULL';
const REMOVE_ALERT = 'DELETE FROM outbox WHERE delivered_at IS NULL AND alert_id = ?';
const COUNT = 'SELECT count(*) AS count FROM outbox WHERE delivered_at IS NULL';
const ALERTS = 'SELECT DISTINCT alert_id FROM outbox WHERE delivered_at IS NULL AND alert_id IS NOT NULL';
const PRUNE = 'DELETE FROM outbox WHERE seq IN (SELECT seq FROM outbox WHERE delivered_at < ? LIMIT ?)';

export function createOutbox(database: Database, now: () => number): Outbox {
  const insert =
    database.prepare<[Omit<OutboxMessage, 'retain'> & { readonly retain: number; readonly at: number }]>(
      INSERT_SQL,
    );
  const pending = database.prepare<[number, number], OutboxRow>(PENDING);
  const delivered = database.prepare<[number, number]>(DELIVERED);
  const failed = database.prepare<[string, number]>(FAILED);
  const removeAlert = database.prepare<[string]>(REMOVE_ALERT);
  const count = database.prepare<[], { readonly count: number }>(COUNT);
  const alerts = database.prepare<[], { readonly alert_id: string }>(ALERTS);
  const prune = database.prepare<[number, number]>(PRUNE);

  return {
    add(messages) {
      if (messages.length === 0) return;
      database.transact(() => {
        for (const message of messages) insert.run({ ...message, retain: message.retain ? 1 : 0, at: now() });
      });
    },
    pending: (limit, afterSeq = 0) => pending.all(afterSeq, limit).map(toMessage),
    // If a power cut loses this, the message is sent twice; readers recognise it by id and rev.
    markDelivered: (seq) => void database.withoutFlush(() => delivered.run(now(), seq)),
    markFailed: (seq, code) => void database.withoutFlush(() => failed.run(code, seq)),
    removeAlert: (alertId) => removeAlert.run(alertId),
    pendingCount: () => count.get()?.count ?? 0,
    pendingAlerts: () => new Set(alerts.all().map((row) => row.alert_id)),
    pruneDelivered: (before) => prune.run(before, PRUNED_AT_ONCE),
  };
}

function toMessage(row: OutboxRow): PendingMessage {
  return {
    seq: row.seq,
    target: 'mqtt',
    topic: row.topic,
    payload: row.payload,
    qos: row.qos === 0 ? 0 : 1,
    retain: row.retain === 1,
    ward: row.ward,
    alertId: row.alert_id,
    rev: row.rev,
    writtenAt: row.written_at,
    orderKey: row.order_key,
    createdAt: row.created_at,
    attempts: row.attempts,
    lastError: row.last_error,
  };
}

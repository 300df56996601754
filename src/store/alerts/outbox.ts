import type { Database } from '../database/database.ts';

/** One message to the broker. An empty payload clears a retained topic. */
export interface OutgoingMessage {
  readonly topic: string;
  readonly payload: string;
  readonly qos: 0 | 1;
  readonly retain: boolean;
  /** Messages with the same key reach the broker in the order in which they were written. */
  readonly orderKey: string | null;
}

interface PendingMessage extends OutgoingMessage {
  readonly seq: number;
  readonly attempts: number;
  readonly lastError: string | null;
  readonly createdAt: number;
}

/** What the broker has not yet confirmed. A message stays until `markDelivered`, through restarts. */
export interface Outbox {
  /** Adds messages in order; inside a transaction they appear with the rest of it or not at all. */
  add(messages: readonly OutgoingMessage[]): void;
  /** Oldest first, those after `afterSeq` only if it is given. */
  pending(limit: number, afterSeq?: number): PendingMessage[];
  markDelivered(seq: number): void;
  /** Counts the attempt and keeps the message. */
  markFailed(seq: number, code: string): void;
  /** Forgets what waits under a key, since the broker is known to have it; how many. */
  forget(orderKey: string): number;
  pendingCount(): number;
  /** The keys of all messages that wait. */
  pendingKeys(): ReadonlySet<string>;
  /** Forgets messages delivered before a time, some hundreds at most; how many. */
  pruneDelivered(before: number): number;
}

interface OutboxRow {
  readonly seq: number;
  readonly topic: string;
  readonly payload: string;
  readonly qos: number;
  readonly retain: number;
  readonly order_key: string | null;
  readonly created_at: number;
  readonly attempts: number;
  readonly last_error: string | null;
}

const PRUNED_AT_ONCE = 500;

export function createOutbox(database: Database, now: () => number): Outbox {
  const insert = database.prepare<[string, string, number, number, string | null, number]>(
    'INSERT INTO outbox (topic, payload, qos, retain, order_key, created_at) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const pending = database.prepare<[number, number], OutboxRow>(
    `SELECT seq, topic, payload, qos, retain, order_key, created_at, attempts, last_error
     FROM outbox WHERE delivered_at IS NULL AND seq > ? ORDER BY seq LIMIT ?`,
  );
  const delivered = database.prepare<[number, number]>(
    'UPDATE outbox SET delivered_at = ?, attempts = attempts + 1, last_error = NULL WHERE seq = ? AND delivered_at IS NULL',
  );
  const failed = database.prepare<[string, number]>(
    'UPDATE outbox SET attempts = attempts + 1, last_error = ? WHERE seq = ? AND delivered_at IS NULL',
  );
  const forget = database.prepare<[string]>(
    'DELETE FROM outbox WHERE delivered_at IS NULL AND order_key = ?',
  );
  const count = database.prepare<[], { readonly count: number }>(
    'SELECT count(*) AS count FROM outbox WHERE delivered_at IS NULL',
  );
  const keys = database.prepare<[], { readonly order_key: string }>(
    'SELECT DISTINCT order_key FROM outbox WHERE delivered_at IS NULL AND order_key IS NOT NULL',
  );
  const prune = database.prepare<[number, number]>(
    'DELETE FROM outbox WHERE seq IN (SELECT seq FROM outbox WHERE delivered_at < ? LIMIT ?)',
  );

  return {
    add(messages) {
      if (messages.length === 0) return;
      database.transact(() => {
        for (const { topic, payload, qos, retain, orderKey } of messages) {
          insert.run(topic, payload, qos, retain ? 1 : 0, orderKey, now());
        }
      });
    },
    pending: (limit, afterSeq = 0) => pending.all(afterSeq, limit).map(toMessage),
    // Losing one of these to a power cut sends a message twice, which readers expect (id and rev).
    markDelivered: (seq) => void database.withoutFlush(() => delivered.run(now(), seq)),
    markFailed: (seq, code) => void database.withoutFlush(() => failed.run(code, seq)),
    forget: (orderKey) => forget.run(orderKey),
    pendingCount: () => count.get()?.count ?? 0,
    pendingKeys: () => new Set(keys.all().map((row) => row.order_key)),
    pruneDelivered: (before) => prune.run(before, PRUNED_AT_ONCE),
  };
}

function toMessage(row: OutboxRow): PendingMessage {
  return {
    seq: row.seq,
    topic: row.topic,
    payload: row.payload,
    qos: row.qos === 0 ? 0 : 1,
    retain: row.retain === 1,
    orderKey: row.order_key,
    createdAt: row.created_at,
    attempts: row.attempts,
    lastError: row.last_error,
  };
}

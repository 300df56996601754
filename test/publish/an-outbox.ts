import type { Outbox, OutboxRow } from '../../src/publish/deliver-outbox.ts';
import type { OutboxMessage } from '../../src/contract/outgoing-message.ts';

export interface MemoryOutbox extends Outbox {
  readonly rows: readonly OutboxRow[];
  readonly failures: readonly string[];
  add(...messages: OutboxMessage[]): void;
}

/** An outbox in memory, in place of the one in the store. */
export function anOutbox(): MemoryOutbox {
  const rows: OutboxRow[] = [];
  const failures: string[] = [];
  let seq = 0;
  return {
    rows,
    failures,
    add: (...messages) => void rows.push(...messages.map((message) => ({ ...message, seq: ++seq }))),
    pending: (limit, afterSeq) => rows.filter((row) => row.seq > afterSeq).slice(0, limit),
    markDelivered: (delivered) =>
      void rows.splice(
        rows.findIndex((row) => row.seq === delivered.seq),
        1,
      ),
    markFailed: (failed, code) => void failures.push(`${failed} ${code}`),
  };
}

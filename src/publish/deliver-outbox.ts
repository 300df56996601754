import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { isBonewatchError, type BonewatchError, type ErrorCode } from '../errors.ts';
import { backOffMs } from './back-off.ts';
import type { Broker } from './connect-broker.ts';
import type { OutgoingMessage } from './outgoing-message.ts';

const WINDOW = 20;
const PAGE = 100;
const RETRY = { firstMs: 1_000, maxMs: 60_000 };
/** How long disposing goes on sending; what misses it is sent after the next start. */
const DRAIN_DEADLINE_MS = 2_000;

export interface OutboxRow extends OutgoingMessage {
  /** Counts up in the order of writing. */
  readonly seq: number;
}

/** What delivery needs of the store. */
export interface Outbox {
  /** Undelivered rows after `afterSeq`, oldest first. */
  pending(limit: number, afterSeq: number): readonly OutboxRow[];
  markDelivered(seq: number): void;
  markFailed(seq: number, code: ErrorCode): void;
}

export interface DeliveryOptions {
  readonly outbox: Outbox;
  readonly broker: Pick<Broker, 'status' | 'publish' | 'onStatus'>;
  /** The broker has the row, and the outbox knows. */
  onDelivered?(row: OutboxRow): void;
  /** The broker said no to this row; it stays, and is tried again. */
  onRefused?(row: OutboxRow, error: BonewatchError): void;
  readonly log: Logger;
}

export interface Delivery extends AsyncDisposable {
  /** Says that there are new rows. Cheap; call it after every commit that added some. */
  wake(): void;
  /** Resolves when the broker has everything that it takes; refused rows may be left. Waits while disconnected. */
  idle(signal: AbortSignal): Promise<void>;
}

/**
 * Sends every row of the outbox until the broker has acknowledged it: at least once, through lost connections,
 * refusals and restarts. Rows of one `orderKey` go one after the other; up to 20 of different keys at the same time.
 * A row that the broker refuses holds back its own key alone. Disposing sends what is left, for 2 s at most.
 */
export function deliverOutbox({ outbox, broker, log, ...options }: DeliveryOptions): Delivery {
  const disposal = new AbortController();
  const inFlight = new Map<number, Promise<void>>();
  const busyKeys = new Set<string>();
  const refusals = new Map<string, { readonly failures: number; readonly isWaiting: boolean }>();
  const idleListeners = new Set<() => void>();
  let isScheduled = false;

  function wake() {
    if (isScheduled || disposal.signal.aborted) return;
    isScheduled = true;
    setImmediate(() => {
      isScheduled = false;
      if (disposal.signal.aborted || broker.status?.state !== 'connected') return;
      fillWindow();
      if (inFlight.size === 0) for (const listener of [...idleListeners]) listener();
    });
  }

  function fillWindow() {
    let afterSeq = 0;
    while (inFlight.size < WINDOW) {
      const page = outbox.pending(PAGE, afterSeq);
      for (const row of page) {
        if (inFlight.size >= WINDOW) return;
        if (isFree(row)) inFlight.set(row.seq, send(row));
      }
      const last = page.at(-1)?.seq ?? afterSeq;
      if (page.length < PAGE || last <= afterSeq) return;
      afterSeq = last;
    }
  }

  function isFree(row: OutboxRow): boolean {
    const key = keyOf(row);
    return !busyKeys.has(key) && refusals.get(key)?.isWaiting !== true;
  }

  async function send(row: OutboxRow) {
    const key = keyOf(row);
    busyKeys.add(key);
    const error = await broker.publish(row).then(() => null, onlyNamed);
    // The store may be closed by now. The row stays, and goes again after the next start.
    if (disposal.signal.aborted) return;
    if (error === null) {
      outbox.markDelivered(row.seq);
      refusals.delete(key);
      options.onDelivered?.(row);
    } else if (error.code !== 'BROKER_UNREACHABLE') refused(row, error);
    // A lost connection says nothing of the row: it goes again with the next one.
    inFlight.delete(row.seq);
    busyKeys.delete(key);
    wake();
  }

  function refused(row: OutboxRow, error: BonewatchError) {
    const key = keyOf(row);
    const failures = refusals.get(key)?.failures ?? 0;
    refusals.set(key, { failures: failures + 1, isWaiting: true });
    if (failures === 0)
      log.error({ err: error, code: error.code, topic: row.topic }, 'broker refuses a message');
    outbox.markFailed(row.seq, error.code);
    options.onRefused?.(row, error);
    void waitBeforeRetry(key, backOffMs(failures, Math.random(), RETRY));
  }

  async function waitBeforeRetry(key: string, waitMs: number) {
    await delay(waitMs, undefined, { signal: disposal.signal }).catch(() => undefined);
    const refusal = refusals.get(key);
    if (refusal !== undefined) refusals.set(key, { ...refusal, isWaiting: false });
    wake();
  }

  const stopListening = broker.onStatus((status) => {
    if (status.state !== 'connected') return;
    // Another connection may come with other rights.
    refusals.clear();
    wake();
  });

  function idle(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      function settle(finish: () => void) {
        idleListeners.delete(reached);
        signal.removeEventListener('abort', aborted);
        finish();
      }
      const reached = () => settle(resolve);
      const aborted = () => settle(() => reject(new Error('not idle in time', { cause: signal.reason })));
      idleListeners.add(reached);
      signal.addEventListener('abort', aborted, { once: true });
      if (signal.aborted) aborted();
      wake();
    });
  }

  return {
    wake,
    idle,
    async [Symbol.asyncDispose]() {
      if (broker.status?.state === 'connected')
        await idle(AbortSignal.timeout(DRAIN_DEADLINE_MS)).catch(() => undefined);
      stopListening();
      disposal.abort();
    },
  };
}

function onlyNamed(error: unknown): BonewatchError {
  if (isBonewatchError(error)) return error;
  throw error;
}

/** Rows without a key hold back nobody and wait for nobody. */
function keyOf({ orderKey, seq }: OutboxRow): string {
  return orderKey === null ? `row ${seq}` : `key ${orderKey}`;
}

import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '../contract/logger.ts';
import { BonewatchError, isBonewatchError, type ErrorCode } from '../contract/errors.ts';
import { backOffMs } from './broker/back-off.ts';
import type { Broker } from './broker/connect-broker.ts';
import type { OutboxMessage } from '../contract/outgoing-message.ts';

const WINDOW = 20;
const PAGE = 100;
/** A message is blamed for lost connections after this many in a row, each with this message alone in flight. */
const SUSPICIOUS_LOSSES = 5;
const RETRY = { firstMs: 1_000, maxMs: 60_000 };
/** How long disposing goes on sending; the rest is sent after the next start. */
const DRAIN_DEADLINE_MS = 2_000;

export interface OutboxRow extends OutboxMessage {
  /** Increases in the order of writing. */
  readonly seq: number;
}

/** What delivery needs from the store. */
export interface Outbox {
  /** Undelivered rows after `afterSeq`, oldest first. */
  pending(limit: number, afterSeq: number): readonly OutboxRow[];
  markDelivered(row: OutboxRow): void;
  markFailed(seq: number, code: ErrorCode): void;
}

export interface DeliveryOptions {
  readonly outbox: Outbox;
  readonly broker: Pick<Broker, 'status' | 'publish' | 'onStatus'>;
  /** The broker has acknowledged the row, and it is marked as delivered. */
  onDelivered?(row: OutboxRow): void;
  /** The broker refused this row; it stays in the outbox and is retried. */
  onRefused?(row: OutboxRow, error: BonewatchError): void;
  /** The outbox could not be read or written; null: it works again. */
  onStore?(error: BonewatchError | null): void;
  /** Rows that must not be sent yet; call `wake` once they may. */
  isHeld?(row: OutboxRow): boolean;
  readonly log: Logger;
}

interface Refusal {
  readonly failures: number;
  readonly isWaiting: boolean;
  readonly code: ErrorCode;
}

export interface Delivery extends AsyncDisposable {
  /** Signals new rows. Cheap; call it after every commit that added some. */
  wake(): void;
  /**
   * Resolves when the broker has every row that it accepts; refused and held rows may be left. Waits while
   * disconnected.
   */
  idle(signal: AbortSignal): Promise<void>;
}

/** The state of delivery between its steps. */
interface DeliveryState extends DeliveryOptions {
  readonly disposal: AbortController;
  readonly inFlight: Map<number, Promise<void>>;
  readonly busyKeys: Set<string>;
  readonly refusals: Map<string, Refusal>;
  /** How often in a row a connection ended while a key's message was in flight. */
  readonly losses: Map<string, number>;
  readonly idleListeners: Set<() => void>;
  isScheduled: boolean;
  /** The kind of store access that failed last, until one of that kind succeeds. */
  refusedStep: 'read' | 'write' | null;
}

/**
 * Sends every row of the outbox until the broker has acknowledged it: at least once, through lost connections, refusals
 * and restarts. Rows of one `orderKey` go one after the other; up to 20 of different keys at the same time. A row that
 * the broker refuses, or closes the connection on, blocks only its own key. Disposing sends the rest, for 2 s at most.
 */
export function deliverOutbox(options: DeliveryOptions): Delivery {
  const { broker } = options;
  const disposal = new AbortController();
  const state: DeliveryState = {
    ...options,
    disposal,
    inFlight: new Map(),
    busyKeys: new Set(),
    refusals: new Map(),
    losses: new Map(),
    idleListeners: new Set(),
    isScheduled: false,
    refusedStep: null,
  };
  const stopListening = broker.onStatus((status) => {
    if (status.state === 'connected') retryRefused(state);
  });

  return {
    wake: () => wake(state),
    idle: (signal) => idle(state, signal),
    async [Symbol.asyncDispose]() {
      if (broker.status?.state === 'connected')
        await idle(state, AbortSignal.timeout(DRAIN_DEADLINE_MS)).catch(() => undefined);
      stopListening();
      disposal.abort();
    },
  };
}

/** Another connection may have other permissions; the size of a message does not change. */
function retryRefused(state: DeliveryState): void {
  const { refusals } = state;
  for (const [key, { code }] of refusals) if (code !== 'BROKER_MESSAGE_TOO_LARGE') refusals.delete(key);
  wake(state);
}

function wake(state: DeliveryState): void {
  const { disposal, broker, inFlight, idleListeners } = state;
  if (state.isScheduled || disposal.signal.aborted) return;
  state.isScheduled = true;
  setImmediate(() => {
    state.isScheduled = false;
    if (disposal.signal.aborted || broker.status?.state !== 'connected' || !isFilled(state)) return;
    if (inFlight.size === 0) for (const listener of [...idleListeners]) listener();
  });
}

function idle(state: DeliveryState, signal: AbortSignal): Promise<void> {
  const { idleListeners } = state;
  return new Promise((resolve, reject) => {
    function finish(end: () => void) {
      idleListeners.delete(reached);
      signal.removeEventListener('abort', aborted);
      end();
    }
    const reached = () => finish(resolve);
    const aborted = () => finish(() => reject(new Error('not idle in time', { cause: signal.reason })));
    idleListeners.add(reached);
    signal.addEventListener('abort', aborted, { once: true });
    if (signal.aborted) aborted();
    wake(state);
  });
}

/** Whether the outbox could be read; if not, it is read again after a second. */
function isFilled(state: DeliveryState): boolean {
  if (hasTaken(state, 'read', () => fillWindow(state))) return true;
  const { signal } = state.disposal;
  void delay(RETRY.firstMs, undefined, { signal }).then(
    () => wake(state),
    () => undefined,
  );
  return false;
}

/** Whether a store access succeeded; a failure is reported until one of the same kind succeeds. */
function hasTaken(state: DeliveryState, kind: 'read' | 'write', step: () => void): boolean {
  try {
    step();
  } catch (error) {
    const named = onlyNamed(error);
    state.log.error({ err: error, code: named.code, kind }, 'outbox refused');
    state.refusedStep = kind;
    state.onStore?.(named);
    return false;
  }
  if (state.refusedStep === kind) {
    state.refusedStep = null;
    state.onStore?.(null);
  }
  return true;
}

function fillWindow(state: DeliveryState): void {
  const { inFlight, losses } = state;
  for (const row of freeRows(state)) {
    if (inFlight.size >= WINDOW) return;
    if (!losses.has(keyOf(row)) && isFree(state, row)) inFlight.set(row.seq, send(state, row));
  }
  if (inFlight.size > 0 || losses.size === 0) return;
  // A message that was in flight when a connection ended is sent alone, so that it cannot block the others again and
  // again.
  const lossesOf = (row: OutboxRow) => losses.get(keyOf(row)) ?? 0;
  const next = [...freeRows(state)].reduce<OutboxRow | null>(
    (best, row) => (best === null || lossesOf(row) < lossesOf(best) ? row : best),
    null,
  );
  if (next !== null) inFlight.set(next.seq, send(state, next));
}

/** The oldest waiting row of each key that is not held back, page by page. */
function* freeRows(state: DeliveryState): Generator<OutboxRow> {
  const taken = new Set<string>();
  for (let afterSeq = 0; ;) {
    const page = state.outbox.pending(PAGE, afterSeq);
    for (const row of page) {
      const key = keyOf(row);
      if (!taken.has(key) && isFree(state, row) && state.isHeld?.(row) !== true) yield row;
      taken.add(key);
    }
    const last = page.at(-1)?.seq ?? afterSeq;
    if (page.length < PAGE || last <= afterSeq) return;
    afterSeq = last;
  }
}

function isFree({ busyKeys, refusals }: DeliveryState, row: OutboxRow): boolean {
  const key = keyOf(row);
  return !busyKeys.has(key) && refusals.get(key)?.isWaiting !== true;
}

async function send(state: DeliveryState, row: OutboxRow): Promise<void> {
  const key = keyOf(row);
  state.busyKeys.add(key);
  const error = await state.broker.publish(row).then(() => null, onlyNamed);
  // The store may be closed by now. The row stays and is sent again after the next start.
  if (state.disposal.signal.aborted) return;
  if (error === null) delivered(state, row);
  else if (error.code !== 'BROKER_UNREACHABLE') refused(state, row, error);
  else lost(state, row, error);
  state.inFlight.delete(row.seq);
  state.busyKeys.delete(key);
  wake(state);
}

function delivered(state: DeliveryState, row: OutboxRow): void {
  const { outbox, refusals, losses } = state;
  const key = keyOf(row);
  if (!hasTaken(state, 'write', () => outbox.markDelivered(row))) {
    // It is sent again: twice is better than never.
    refusals.set(key, { failures: 1, isWaiting: true, code: 'STORE_FAILED' });
    void waitBeforeRetry(state, key, RETRY.firstMs);
    return;
  }
  refusals.delete(key);
  losses.delete(key);
  state.onDelivered?.(row);
}

/** It is sent again on the next connection, after all others: it may be why the broker closed the last one. */
function lost(state: DeliveryState, row: OutboxRow, error: BonewatchError): void {
  const { outbox, losses, busyKeys } = state;
  const key = keyOf(row);
  const count = (losses.get(key) ?? 0) + 1;
  losses.set(key, count);
  if (count < SUSPICIOUS_LOSSES || busyKeys.size > 1) return;
  hasTaken(state, 'write', () => outbox.markFailed(row.seq, 'BROKER_REFUSED'));
  const message = 'The broker closes the connection when it receives this message.';
  state.onRefused?.(row, new BonewatchError('BROKER_REFUSED', message, { cause: error }));
}

function refused(state: DeliveryState, row: OutboxRow, error: BonewatchError): void {
  const { outbox, refusals, log } = state;
  const key = keyOf(row);
  const failures = refusals.get(key)?.failures ?? 0;
  refusals.set(key, { failures: failures + 1, isWaiting: true, code: error.code });
  if (failures === 0)
    log.error({ err: error, code: error.code, topic: row.topic }, 'broker refuses a message');
  hasTaken(state, 'write', () => outbox.markFailed(row.seq, error.code));
  state.onRefused?.(row, error);
  void waitBeforeRetry(state, key, backOffMs(failures, Math.random(), RETRY));
}

async function waitBeforeRetry(state: DeliveryState, key: string, waitMs: number): Promise<void> {
  const { disposal, refusals } = state;
  await delay(waitMs, undefined, { signal: disposal.signal }).catch(() => undefined);
  const refusal = refusals.get(key);
  if (refusal !== undefined) refusals.set(key, { ...refusal, isWaiting: false });
  wake(state);
}

function onlyNamed(error: unknown): BonewatchError {
  if (isBonewatchError(error)) return error;
  throw error;
}

/** Rows without a key block no other row and wait for none. */
function keyOf({ orderKey, seq }: OutboxRow): string {
  return orderKey === null ? `row ${seq}` : `key ${orderKey}`;
}

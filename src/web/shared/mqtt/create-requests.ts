import { BrokerRefusal } from './broker-refusal.ts';
import { encodePublish, encodeSubscribe } from './encode-packet.ts';
import type { Message } from './encode-packet.ts';
import type { ProtocolVersion } from './packet.ts';

const MIN_FAILURE_CODE = 0x80;
const MAX_ID = 0xffff;

/** The requests of one connection that the broker has not answered yet. */
export interface Requests {
  /** Limits how many publications wait for their answer at a time; the others are queued. */
  readonly allow: (receiveMaximum: number) => void;
  readonly publish: (message: Message) => Promise<void>;
  readonly subscribe: (filters: readonly string[]) => Promise<void>;
  /** Handles an answer: one failed part fails the whole request. */
  readonly complete: (id: number, reasons: readonly number[]) => void;
  /** Rejects every request, since no answer can arrive any more. */
  readonly abandon: () => void;
}

interface PendingRequest {
  readonly resolve: () => void;
  readonly reject: (reason: Error) => void;
  readonly isPublication: boolean;
}

interface RequestsState {
  readonly send: (bytes: Uint8Array<ArrayBuffer>) => void;
  readonly version: ProtocolVersion;
  readonly pending: Map<number, PendingRequest>;
  readonly queue: { readonly message: Message; readonly request: PendingRequest }[];
  receiveMaximum: number;
  publications: number;
  lastId: number;
}

/** Gives each request of a connection its own id until it is answered. */
export function createRequests(
  send: (bytes: Uint8Array<ArrayBuffer>) => void,
  version: ProtocolVersion,
): Requests {
  const state: RequestsState = {
    send,
    version,
    pending: new Map(),
    queue: [],
    receiveMaximum: MAX_ID,
    publications: 0,
    lastId: 0,
  };
  return {
    allow(receiveMaximum) {
      state.receiveMaximum = Math.min(Math.max(1, receiveMaximum), MAX_ID - 1);
    },
    publish: (message) =>
      new Promise((resolve, reject) => {
        state.queue.push({ message, request: { resolve, reject, isPublication: true } });
        sendQueued(state);
      }),
    subscribe: (filters) =>
      new Promise((resolve, reject) => {
        const id = addPending(state, { resolve, reject, isPublication: false });
        send(encodeSubscribe(filters, id, version));
      }),
    complete: (id, reasons) => completeRequest(state, id, reasons),
    abandon: () => rejectAll(state),
  };
}

/** Returns the id under which the request waits. */
function addPending(state: RequestsState, request: PendingRequest): number {
  do state.lastId = (state.lastId % MAX_ID) + 1;
  while (state.pending.has(state.lastId));
  state.pending.set(state.lastId, request);
  return state.lastId;
}

function sendQueued(state: RequestsState): void {
  while (state.publications < state.receiveMaximum) {
    const next = state.queue.shift();
    if (next === undefined) return;
    state.publications += 1;
    state.send(encodePublish(next.message, addPending(state, next.request), state.version));
  }
}

function completeRequest(state: RequestsState, id: number, reasons: readonly number[]): void {
  const request = state.pending.get(id);
  if (request === undefined) return;
  state.pending.delete(id);
  if (request.isPublication) state.publications -= 1;
  const failure = reasons.find((reason) => reason >= MIN_FAILURE_CODE);
  if (failure === undefined) request.resolve();
  else request.reject(new BrokerRefusal(failure));
  sendQueued(state);
}

function rejectAll({ pending, queue }: RequestsState): void {
  const error = new Error('The connection to the broker was lost.');
  const requests = [...pending.values(), ...queue.map(({ request }) => request)];
  for (const { reject } of requests) reject(error);
  pending.clear();
  queue.length = 0;
}

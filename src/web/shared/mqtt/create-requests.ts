import { BrokerRefusal } from './broker-refusal.ts';
import { encodePublish, encodeSubscribe } from './encode-packet.ts';
import type { Message } from './encode-packet.ts';
import type { ProtocolVersion } from './packet.ts';

const MIN_FAILURE_CODE = 0x80;
const MAX_ID = 0xffff;

/** What one connection has asked the broker and not yet been answered. */
export interface Requests {
  /** Lets so many publications wait at a time; the others follow as answers come. */
  readonly allow: (receiveMaximum: number) => void;
  readonly publish: (message: Message) => Promise<void>;
  readonly subscribe: (filters: readonly string[]) => Promise<void>;
  /** An answer came: no to any part of a question is no to all of it. */
  readonly complete: (id: number, reasons: readonly number[]) => void;
  /** No answer can come any more. */
  readonly abandon: () => void;
}

interface Waiting {
  readonly resolve: () => void;
  readonly reject: (reason: Error) => void;
  readonly isPublication: boolean;
}

/** The questions of one connection, each known by an id of its own until it is answered. */
export function createRequests(
  send: (bytes: Uint8Array<ArrayBuffer>) => void,
  version: ProtocolVersion,
): Requests {
  const waiting = new Map<number, Waiting>();
  const queue: { readonly message: Message; readonly entry: Waiting }[] = [];
  let receiveMaximum = MAX_ID;
  let publications = 0;
  let lastId = 0;

  function take(entry: Waiting): number {
    do lastId = (lastId % MAX_ID) + 1;
    while (waiting.has(lastId));
    waiting.set(lastId, entry);
    return lastId;
  }

  function sendQueued(): void {
    while (publications < receiveMaximum) {
      const next = queue.shift();
      if (next === undefined) return;
      publications += 1;
      send(encodePublish(next.message, take(next.entry), version));
    }
  }

  return {
    allow(limit) {
      receiveMaximum = Math.min(Math.max(1, limit), MAX_ID - 1);
    },
    publish: (message) =>
      new Promise((resolve, reject) => {
        queue.push({ message, entry: { resolve, reject, isPublication: true } });
        sendQueued();
      }),
    subscribe: (filters) =>
      new Promise((resolve, reject) => {
        const id = take({ resolve, reject, isPublication: false });
        send(encodeSubscribe(filters, id, version));
      }),
    complete(id, reasons) {
      const entry = waiting.get(id);
      if (entry === undefined) return;
      waiting.delete(id);
      if (entry.isPublication) publications -= 1;
      const failure = reasons.find((reason) => reason >= MIN_FAILURE_CODE);
      if (failure === undefined) entry.resolve();
      else entry.reject(new BrokerRefusal(failure));
      sendQueued();
    },
    abandon() {
      const lost = new Error('the connection has ended');
      for (const { reject } of [...waiting.values(), ...queue.map(({ entry }) => entry)]) reject(lost);
      waiting.clear();
      queue.length = 0;
    },
  };
}

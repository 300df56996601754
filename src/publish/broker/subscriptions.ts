import type { Logger } from '../../contract/logger.ts';
import { isBonewatchError, type BonewatchError } from '../../contract/errors.ts';
import { isRefusal } from './broker-error.ts';
import type { IncomingMessage } from '../messages/incoming-message.ts';
import type { Session } from './open-session.ts';
import { topicMatches } from './topic-matches.ts';

export interface Subscription {
  /** Resolves when the broker first grants it. @throws BROKER_FORBIDDEN, BROKER_REFUSED */
  readonly granted: Promise<void>;
  close(): void;
}

export interface Subscriptions {
  readonly add: (filter: string, handler: (message: IncomingMessage) => void) => Subscription;
  readonly dispatch: (message: IncomingMessage) => void;
  /** A connection begins: every filter is subscribed again. */
  renew(session: Session): void;
  /** The connection ended. */
  pause(): void;
}

interface Subscriber {
  readonly handler: (message: IncomingMessage) => void;
  readonly granted: PromiseWithResolvers<void>;
}

interface SubscriptionState {
  readonly wanted: Map<string, Set<Subscriber>>;
  /** Null while disconnected. */
  session: Session | null;
  readonly log: Logger;
  readonly onAnswer: (filter: string, refusal: BonewatchError | null) => void;
}

/**
 * Holds the subscriptions and sends them to the broker on each connection. `onAnswer` gets the broker's answer to a
 * filter: null if granted.
 */
export function createSubscriptions(
  log: Logger,
  onAnswer: (filter: string, refusal: BonewatchError | null) => void,
): Subscriptions {
  const state: SubscriptionState = { wanted: new Map(), session: null, log, onAnswer };
  const { wanted } = state;

  return {
    add(filter, handler) {
      const subscriber: Subscriber = { handler, granted: Promise.withResolvers() };
      subscriber.granted.promise.catch(() => undefined);
      wanted.set(filter, (wanted.get(filter) ?? new Set()).add(subscriber));
      if (state.session !== null) void request(state, filter);
      return { granted: subscriber.granted.promise, close: () => remove(state, filter, subscriber) };
    },

    dispatch(message) {
      for (const [filter, subscribers] of wanted) {
        if (!topicMatches(filter, message.topic)) continue;
        for (const { handler } of [...subscribers]) handler(message);
      }
    },

    renew(next) {
      state.session = next;
      for (const filter of wanted.keys()) void request(state, filter);
    },

    pause() {
      state.session = null;
    },
  };
}

async function request({ wanted, session, log, onAnswer }: SubscriptionState, filter: string): Promise<void> {
  const subscribers = [...(wanted.get(filter) ?? [])];
  try {
    await session?.subscribe(filter);
    for (const { granted } of subscribers) granted.resolve();
    onAnswer(filter, null);
  } catch (error) {
    if (!isBonewatchError(error)) throw error;
    // Otherwise the connection ended, and the next one subscribes again.
    if (!isRefusal(error)) return;
    onAnswer(filter, error);
    log.debug({ err: error, code: error.code, filter }, 'broker rejected a subscription');
    for (const { granted } of subscribers) granted.reject(error);
  }
}

function remove({ wanted, session }: SubscriptionState, filter: string, subscriber: Subscriber): void {
  const subscribers = wanted.get(filter);
  if (subscribers?.delete(subscriber) !== true || subscribers.size > 0) return;
  wanted.delete(filter);
  // Refused or disconnected: no further messages arrive in either case.
  session?.unsubscribe(filter).catch(() => undefined);
}

import { buildTopic } from '../../../contract/topics.ts';
import type { WardFacts } from '../../../contract/api/ward.ts';
import type { Message } from '../../shared/mqtt/encode-packet.ts';
import { readSession } from '../state/read-payload.ts';
import { randomWord } from './display-id.ts';

/** What a display publishes about itself: retained while it is connected, replaced by its last will. */
export interface Presence {
  readonly topic: string;
  readonly message: (state: 'online' | 'offline') => Message;
  /** Whether a presence message belongs to the present connection. */
  readonly isOwn: (payload: string) => boolean;
  /** Starts another session, after a connection has ended. */
  readonly renew: () => void;
}

interface PresenceDeps {
  readonly facts: WardFacts;
  readonly display: string;
  readonly now: () => number;
}

/** Creates the presence of a display that shows one ward, with a new session for each connection. */
export function createPresence({ facts, display, now }: PresenceDeps): Presence {
  const topic = buildTopic({ kind: 'display-availability', site: facts.site.id, display });
  let session = randomWord();
  return {
    topic,
    message(state) {
      const payload = {
        schema: 'bonewatch.display/1',
        rev: 1,
        state,
        wards: [facts.ward.id],
        session,
        ts: new Date(now()).toISOString(),
      };
      return { topic, payload: JSON.stringify(payload), isRetained: true };
    },
    isOwn: (payload) => readSession(payload) === session,
    renew() {
      session = randomWord();
    },
  };
}

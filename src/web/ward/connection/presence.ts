import { buildTopic } from '../../../contract/topics.ts';
import type { WardFacts } from '../../../contract/api/ward.ts';
import type { Message } from '../../shared/mqtt/encode-packet.ts';
import { readDisplaySession } from '../state/read-payload.ts';
import { randomWord } from './random-word.ts';

/** Who this page is on the broker. */
export interface DisplayIdentity {
  readonly id: string;
  /** The id of a pairing that another machine uses too; null: none is known. */
  readonly duplicateOf: string | null;
}

/** What a display publishes about itself: retained while it is connected, replaced by its last will. */
export interface Presence {
  readonly topic: string;
  readonly message: (state: 'online' | 'offline') => Message;
  /**
   * What a message on the topic is: of the present connection; of another client that uses the id now; or `late`, the
   * last will of an earlier connection or of an earlier page.
   */
  readonly classify: (received: ReceivedPresence) => 'own' | 'other' | 'late';
  /** Starts another session, after a connection has ended. */
  readonly renew: () => void;
}

interface ReceivedPresence {
  readonly payload: string;
  readonly isRetained: boolean;
}

interface PresenceDeps {
  readonly facts: WardFacts;
  readonly identity: DisplayIdentity;
  /** Whether a person can see the page; a page that no one sees watches no ward. */
  readonly isShown: () => boolean;
  readonly now: () => number;
}

/** Creates the presence of a display that shows one ward, with a new session for each connection. */
export function createPresence({ facts, identity, isShown, now }: PresenceDeps): Presence {
  const { id: display, duplicateOf } = identity;
  const topic = buildTopic({ kind: 'display-availability', site: facts.site.id, display });
  const sessions = [randomWord()];
  /** When this page last announced itself and the broker confirmed it, by the site's clock. */
  let confirmedAt: number | null = null;

  return {
    topic,
    message(state) {
      const isVisible = isShown();
      const payload = {
        schema: 'bonewatch.display/1',
        rev: 1,
        state,
        wards: isVisible ? [facts.ward.id] : [],
        visible: isVisible,
        ...(duplicateOf === null ? {} : { duplicateOf }),
        session: sessions.at(-1),
        ts: new Date(now()).toISOString(),
      };
      return { topic, payload: JSON.stringify(payload), isRetained: true };
    },
    classify({ payload, isRetained }) {
      const received = readDisplaySession(payload);
      if (received?.session === sessions.at(-1)) {
        confirmedAt = now();
        return 'own';
      }
      if (received === null || sessions.includes(received.session)) return 'late';
      if (!isRetained) return received.isOnline ? 'other' : 'late';
      // Retained by another client after this page had the id. An older one is that of an earlier page, which a broker
      // has again after a restart.
      return confirmedAt !== null && received.at > confirmedAt ? 'other' : 'late';
    },
    renew() {
      sessions.push(randomWord());
    },
  };
}

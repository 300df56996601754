import { isOutdated } from '../offline/is-outdated.ts';
import { liveness } from '../state/liveness.ts';
import { isCalm } from '../state/screen-of.ts';
import type { WardEvent, WardState } from '../state/ward-state.ts';
import type { WardStore } from '../state/ward-store.ts';
import { emptyFacts, storeBootFacts } from './boot-facts.ts';
import type { BootFacts } from './boot-facts.ts';
import type { Connector } from './create-connector.ts';
import { hasChangedFacts } from './fetch-boot-facts.ts';
import type { BootFactsReply, UnknownWard } from './fetch-boot-facts.ts';
import { pollBootFacts } from './poll-boot-facts.ts';

/** One request to the server may be lost before the display counts as running on a copy. */
const MIN_UNANSWERED = 2;
/** More than a message takes. */
const MAX_CLOCK_DIFFERENCE_MS = 10_000;

/** The facts of a display, as the server last sent them or this browser stored them. */
export interface BootFactsFollower {
  readonly bootFacts: () => BootFacts;
  /** Fetches the facts again, or takes the time from the device, when an event calls for it. */
  readonly handleEvent: (event: WardEvent, before: WardState) => void;
}

interface FollowerDeps {
  readonly ward: string;
  /** What this browser stored; null: nothing. */
  readonly stored: BootFacts | null;
  readonly store: WardStore;
  readonly connector: Connector;
  readonly draw: () => void;
}

/** Polls the server for as long as the page lives: connects the display, and reloads it when its facts have changed. */
export function followBootFacts({ ward, stored, store, connector, draw }: FollowerDeps): BootFactsFollower {
  let bootFacts = stored ?? emptyFacts(ward);
  let unanswered = 0;
  const connect = (): void => void connector.connect(() => bootFacts);
  const poll = pollBootFacts(ward, (reply) => {
    if (reply === null) handleSilence();
    else if ('bootFacts' in reply) handleReply(reply);
    else showUnknownWard(reply, store);
  });

  function handleSilence(): void {
    unanswered += 1;
    const copyMadeAt = Date.parse(bootFacts.facts.serverTime);
    if (unanswered >= MIN_UNANSWERED && (connector.connection() !== null || stored !== null))
      store.dispatch({ type: 'facts-refreshed', at: store.now(), copyMadeAt });
    if (stored !== null) connect();
  }

  function handleReply(reply: BootFactsReply): void {
    const isConnected = connector.connection() !== null;
    unanswered = 0;
    store.correctClock(reply.serverTime);
    if (store.state().isWardUnknown || (isConnected && hasChangedFacts(bootFacts, reply.bootFacts)))
      location.reload();
    bootFacts = reply.bootFacts;
    storeBootFacts(bootFacts);
    store.dispatch({ type: 'facts-refreshed', at: store.now(), copyMadeAt: null });
    // Connect before drawing: the broker answers meanwhile.
    if (isConnected) void reloadIfOutdated(store);
    else connect();
    // The page already shows "connecting": drawing it again would only delay the handling of the broker's answer.
    if (liveness(store.state(), store.now()) !== 'connecting') draw();
  }

  return {
    bootFacts: () => bootFacts,
    handleEvent(event, before) {
      if (mayHaveChanged(event, before, { unanswered, now: store.now() })) poll.askNow();
      if (unanswered > 0 && event.type === 'health' && !event.isRetained)
        store.correctClock(Date.parse(event.health.ts));
    },
  };
}

/** What a former ward received must not pass for the quiet of a live one. */
function showUnknownWard({ hasMoved }: UnknownWard, store: WardStore): void {
  // Its address leads to the ward that takes over.
  if (hasMoved) location.reload();
  store.dispatch({ type: 'ward-unknown', at: store.now() });
}

/** Whether an event means that the facts, or the time, may be others now. */
function mayHaveChanged(
  event: WardEvent,
  { link, device: { availability } }: WardState,
  { unanswered, now }: { readonly unanswered: number; readonly now: number },
): boolean {
  switch (event.type) {
    case 'disconnected':
      return link.isUp;
    case 'connected':
      return unanswered > 0;
    case 'availability':
      // The device was started again, perhaps with other wards.
      return (
        event.availability.state === 'online' &&
        availability !== null &&
        event.availability.session !== availability.session
      );
    case 'health':
      // The clock of the device was set.
      return !event.isRetained && Math.abs(Date.parse(event.health.ts) - now) > MAX_CLOCK_DIFFERENCE_MS;
    default:
      return false;
  }
}

/** Reloads after an upgrade of the server, while the person at the screen would not be interrupted. */
async function reloadIfOutdated(store: WardStore): Promise<void> {
  if ((await isOutdated()) && isCalm(store.state(), store.now())) location.reload();
}

import type { Connector } from '../connection/create-connector.ts';
import type { BootFactsFollower } from '../connection/follow-boot-facts.ts';
import type { LanguageChoice } from '../create-language-choice.ts';
import type { DisplayActions } from '../display-context.ts';
import { screenOf } from '../state/screen-of.ts';
import type { Sound } from '../sound/sound.ts';
import type { WardStore } from '../state/ward-store.ts';
import { findBadge } from './find-badge.ts';

interface ActionDeps {
  readonly ward: string;
  readonly sound: Pick<Sound, 'silence'>;
  readonly store: WardStore;
  readonly connector: Connector;
  readonly follower: BootFactsFollower;
  readonly language: LanguageChoice;
}

/** The actions of a touch or a badge: applied on this screen at once, and sent to the daemon. */
export function createActions(deps: ActionDeps): DisplayActions {
  const { sound, store } = deps;
  return {
    askForName: (id) => askForName(id, deps),
    acknowledgeBy: (name) => acknowledgeBy(name, deps),
    cancelChoice: () => store.dispatch({ type: 'choice-cancelled', at: store.now() }),
    typing: () => store.dispatch({ type: 'typing', at: store.now() }),
    scanBadge: (code) => scanBadge(code, deps),
    undo() {
      const { undo } = store.state();
      store.dispatch({ type: 'undone', at: store.now() });
      if (undo !== null) void sendCommand('unacknowledge', undo, deps);
    },
    pauseSound() {
      sound.silence();
      store.dispatch({ type: 'sound-paused', at: store.now() });
    },
    resumeSound: () => store.dispatch({ type: 'sound-resumed', at: store.now() }),
    switchLanguage: deps.language.switchLanguage,
  };
}

/** Asks who has seen an alert. A signed-in person is not asked: their name is known. */
function askForName(id: string, deps: ActionDeps): void {
  const { sound, store, follower } = deps;
  sound.silence();
  store.dispatch({ type: 'name-asked', at: store.now(), id });
  const { me } = follower.bootFacts();
  if (me.kind === 'person') acknowledgeBy(me.name, deps);
}

function acknowledgeBy(name: string, deps: ActionDeps): void {
  const { store } = deps;
  const id = store.state().nameChoice?.id;
  store.dispatch({ type: 'acknowledged', at: store.now(), by: name });
  if (id !== undefined) void sendCommand('acknowledge', { id, by: name }, deps);
}

/** A badge answers the question on the screen, or acknowledges the alert that has the whole screen. */
async function scanBadge(code: string, deps: ActionDeps): Promise<void> {
  const { ward, store } = deps;
  const screen = screenOf(store.state(), store.now());
  if (screen.kind !== 'name-choice' && screen.kind !== 'arrival') return;
  const { id } = screen.alert;
  if (screen.kind === 'arrival') askForName(id, deps);
  const name = await findBadge(ward, code);
  if (store.state().nameChoice?.id !== id) return;
  if (name === null) store.dispatch({ type: 'badge-unknown', at: store.now() });
  else acknowledgeBy(name, deps);
}

async function sendCommand(
  action: 'acknowledge' | 'unacknowledge',
  { id, by }: { readonly id: string; readonly by: string },
  { store, connector }: ActionDeps,
): Promise<void> {
  const rev = store.state().alerts.get(id)?.alert.rev ?? null;
  const reason = (await connector.connection()?.sendCommand(action, { id, by, rev })) ?? null;
  if (reason !== null) store.dispatch({ type: 'refused', at: store.now(), id, reason });
}

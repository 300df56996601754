import { render } from 'preact';
import { wardWords } from '../i18n/ward/words.ts';
import { wordsFor } from '../i18n/words-for.ts';
import type { BootFactsFollower } from './connection/follow-boot-facts.ts';
import type { PageVisibility } from './connection/page-visibility.ts';
import type { LanguageChoice } from './create-language-choice.ts';
import { DisplayContext } from './display-context.ts';
import type { DisplayActions } from './display-context.ts';
import type { Sound } from './sound/sound.ts';
import type { WardStore } from './state/ward-store.ts';
import { isNight } from './time/is-night.ts';
import { WardDisplay } from './ward-display.tsx';

/** The parts that a running display is drawn from. */
export interface DisplayParts {
  readonly store: WardStore;
  readonly sound: Sound;
  readonly follower: BootFactsFollower;
  readonly language: LanguageChoice;
  readonly actions: DisplayActions;
  readonly visibility: PageVisibility;
}

/** Draws the display into the page, with the page's language, title and brightness. */
export function drawDisplay(root: HTMLElement, parts: DisplayParts): void {
  const { store, sound, follower, language, actions, visibility } = parts;
  const { facts, me } = follower.bootFacts();
  const words = wordsFor(wardWords, language.language());
  const { documentElement: html } = document;
  html.lang = words.language;
  html.dataset['light'] = isDimmed(parts) ? 'night' : 'day';
  // Until the first drawing the static page shows "connecting".
  root.querySelector('.opening')?.remove();
  const title = facts.ward.name || words.wardScreen;
  // The title is all that can be seen of a hidden page.
  document.title = `${visibility.isShown() ? title : words.hidden(title)} — Bonewatch`;
  const view = {
    facts,
    me,
    state: store.state(),
    now: store.now(),
    words,
    isSoundBlocked: sound.isBlocked(),
    actions,
  };
  render(
    <DisplayContext.Provider value={view}>
      <WardDisplay />
    </DisplayContext.Provider>,
    root,
  );
}

/** Whether the display is in its night hours. */
export function isDimmed({ store, follower }: Pick<DisplayParts, 'store' | 'follower'>): boolean {
  const { site, night } = follower.bootFacts().facts;
  return isNight(store.now(), site.timezone, night);
}

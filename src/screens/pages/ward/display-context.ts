import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { WardFacts } from '../../ward-facts.ts';
import type { Words } from '../words/words.ts';
import type { WardState } from './ward-state.ts';

/** What a person at the screen can do. */
export interface DisplayActions {
  readonly touch: (id: string) => void;
  readonly leave: () => void;
  readonly typing: () => void;
  readonly name: (by: string) => void;
  readonly undo: () => void;
  readonly pauseSound: () => void;
  readonly resumeSound: () => void;
  readonly switchLanguage: () => void;
}

/** What every part of the display may read. */
export interface DisplayView {
  readonly facts: WardFacts;
  readonly state: WardState;
  readonly now: number;
  readonly words: Words;
  readonly isSoundBlocked: boolean;
  readonly actions: DisplayActions;
}

export const DisplayContext = createContext<DisplayView | null>(null);

/** The view that the part is drawn from. */
export function useDisplay(): DisplayView {
  const view = useContext(DisplayContext);
  if (view === null) throw new Error('drawn outside a display');
  return view;
}

import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { WardFacts } from '../../contract/api/ward.ts';
import type { WardWords } from '../i18n/ward/en.ts';
import type { BootFacts } from './connection/boot-facts.ts';
import type { WardState } from './state/ward-state.ts';

/** What a person at the screen can do. */
export interface DisplayActions {
  readonly askForName: (id: string) => void;
  readonly cancelChoice: () => void;
  readonly typing: () => void;
  readonly acknowledgeBy: (by: string) => void;
  /** A badge was held to the reader: it answers what the screen asks, or the alert that has the whole screen. */
  readonly scanBadge: (code: string) => Promise<void>;
  readonly undo: () => void;
  readonly pauseSound: () => void;
  readonly resumeSound: () => void;
  readonly switchLanguage: () => void;
}

/** What every part of the display may read. */
export interface DisplayView {
  readonly facts: WardFacts;
  /** Who the screen is seen by: a person is not asked for a name, and a viewer cannot answer. */
  readonly me: BootFacts['me'];
  readonly state: WardState;
  readonly now: number;
  readonly words: WardWords;
  /** Null for a moment after the start, while nobody has looked. */
  readonly isSoundBlocked: boolean | null;
  readonly actions: DisplayActions;
}

export const DisplayContext = createContext<DisplayView | null>(null);

/** Whether the screen's user may say that somebody has seen an alert; the broker refuses others as well. */
export function mayAcknowledge(me: BootFacts['me']): boolean {
  return me.role !== 'viewer';
}

/** The view that the part is drawn from. */
export function useDisplay(): DisplayView {
  const view = useContext(DisplayContext);
  if (view === null) throw new Error('drawn outside a display');
  return view;
}

import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { WardFacts } from '../../contract/api/ward.ts';
import type { WardWords } from '../i18n/ward/en.ts';
import type { BootFacts } from './connection/boot-facts.ts';
import type { WardState } from './state/ward-state.ts';

/** The actions of a person at the screen. */
export interface DisplayActions {
  readonly askForName: (id: string) => void;
  readonly cancelChoice: () => void;
  readonly typing: () => void;
  readonly acknowledgeBy: (by: string) => void;
  /** A badge was held to the reader: it answers the screen's question, or acknowledges the alert that fills the screen. */
  readonly scanBadge: (code: string) => Promise<void>;
  readonly undo: () => void;
  readonly pauseSound: () => void;
  readonly resumeSound: () => void;
  readonly switchLanguage: () => void;
}

/** The context that every part of the display may read. */
export interface DisplayView {
  readonly facts: WardFacts;
  /** The user of the screen: a signed-in person is not asked for a name, and a viewer cannot acknowledge. */
  readonly me: BootFacts['me'];
  readonly state: WardState;
  readonly now: number;
  readonly words: WardWords;
  /** Null for a moment after the start, before the loudspeaker was checked. */
  readonly isSoundBlocked: boolean | null;
  readonly actions: DisplayActions;
}

export const DisplayContext = createContext<DisplayView | null>(null);

/** Whether the screen's user may acknowledge alerts; the broker refuses others as well. */
export function mayAcknowledge(me: BootFacts['me']): boolean {
  return me.role !== 'viewer';
}

/** The context of the component that calls this. */
export function useDisplay(): DisplayView {
  const view = useContext(DisplayContext);
  if (view === null) throw new Error('drawn outside a display');
  return view;
}

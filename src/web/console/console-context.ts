import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Me } from '../../contract/api/access.ts';
import type { ConsoleFacts } from '../../contract/api/console.ts';
import type { ConsoleState } from './console-state.ts';
import type { Controller } from './controller/create-controller.ts';
import type { ConsoleWords } from '../i18n/console/en.ts';

/** What every part of the console may read, and what it can do. */
export interface ConsoleView {
  readonly facts: ConsoleFacts;
  readonly me: Me;
  readonly state: ConsoleState;
  readonly words: ConsoleWords;
  readonly now: number;
  readonly act: Controller;
  readonly switchLanguage: () => void;
}

export const ConsoleContext = createContext<ConsoleView | null>(null);

/** The view that the part is drawn from. */
export function useConsole(): ConsoleView {
  const view = useContext(ConsoleContext);
  if (view === null) throw new Error('drawn outside a console');
  return view;
}

import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Me } from '../../contract/api/access.ts';
import type { ConsoleFacts } from '../../contract/api/console.ts';
import type { ConsoleState } from './console-state.ts';
import type { Controller } from './controller/create-controller.ts';
import type { ConsoleWords } from '../i18n/console/en.ts';

/** The data that every part of the console may read, and its actions. */
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

/** The view that a component renders. */
export function useConsole(): ConsoleView {
  const view = useContext(ConsoleContext);
  if (view === null) throw new Error('This component was rendered outside the console.');
  return view;
}

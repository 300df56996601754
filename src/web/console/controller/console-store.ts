import type { ConsoleFacts } from '../../../contract/api/console.ts';
import { INITIAL_STATE } from '../console-state.ts';
import type { ConsoleState } from '../console-state.ts';

export interface ControllerDeps {
  readonly facts: ConsoleFacts;
  readonly now: () => number;
  readonly onChange: () => void;
}

/** The state of the console, which every action reads and changes. */
export interface ConsoleStore extends ControllerDeps {
  /** The current state. It may have changed while an action waited for the server: read it again. */
  readonly state: () => ConsoleState;
  readonly set: (change: Partial<ConsoleState>) => void;
}

export function createConsoleStore(deps: ControllerDeps): ConsoleStore {
  let state = INITIAL_STATE;
  return {
    ...deps,
    state: () => state,
    set(change) {
      state = { ...state, ...change };
      deps.onChange();
    },
  };
}

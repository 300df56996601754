import type { Look } from '../console-state.ts';
import type { ConsoleStore } from './console-store.ts';

/** How the selected image is displayed, and which form is open. */
export function createViewActions(store: ConsoleStore) {
  return {
    look: (change: Partial<Look>): void => store.set({ look: { ...store.state().look, ...change } }),
    finding: (finding: number): void => store.set({ finding }),
    showKeys: (): void => store.set({ mode: { type: 'keys' } }),
    /** Closes the open form, and the file that was tried. */
    leave(): void {
      if (store.state().trial !== null) store.set({ trial: null, shown: { state: 'none' } });
      store.set({ mode: { type: 'view' }, problem: null });
    },
    useSingleKeys: (hasSingleKeys: boolean): void => store.set({ hasSingleKeys }),
  };
}

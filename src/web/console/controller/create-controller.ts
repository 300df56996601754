import { createConsoleStore } from './console-store.ts';
import type { ControllerDeps } from './console-store.ts';
import { createImageActions } from './image-actions.ts';
import { createImageLoader } from './image-loader.ts';
import { createListActions } from './list-actions.ts';
import { createLiveActions } from './live-actions.ts';
import { createRerunActions } from './rerun-actions.ts';
import { createTrialActions } from './trial-actions.ts';
import { createVerdictActions } from './verdict-actions.ts';
import { createViewActions } from './view-actions.ts';

/** Everything a person can do at the console; each change of the state is reported to `onChange`. */
export type Controller = ReturnType<typeof createController>;

export function createController(deps: ControllerDeps) {
  const store = createConsoleStore(deps);
  const loader = createImageLoader(store);
  const list = createListActions(store);
  return {
    state: store.state,
    ...list,
    ...createImageActions(loader),
    ...createVerdictActions(store),
    ...createTrialActions(loader),
    ...createRerunActions(store),
    ...createViewActions(store),
    ...createLiveActions(loader, list),
  };
}

import { request, ServerRefusal } from '../../shared/server-request.ts';
import { INITIAL_LOOK } from '../console-state.ts';
import type { ConsoleState } from '../console-state.ts';
import { readPicture } from '../viewer/picture.ts';
import { cancelOpening } from './image-loader.ts';
import type { ImageLoader } from './image-loader.ts';

/** Trying a file without storing it. */
export function createTrialActions(loader: ImageLoader) {
  return {
    startTry: (): void => loader.store.set({ mode: { type: 'try', isWorking: false, problem: null } }),
    tryFile: (file: Blob): Promise<void> => tryFile(loader, file),
  };
}

async function tryFile(loader: ImageLoader, file: Blob): Promise<void> {
  const { store } = loader;
  cancelOpening(loader);
  store.set({ mode: { type: 'try', isWorking: true, problem: null } });
  try {
    const response = await request('/api/try', { method: 'POST', body: file });
    store.set({
      ...readTrial(await response.arrayBuffer()),
      selected: null,
      detail: null,
      finding: 0,
      look: INITIAL_LOOK,
      mode: { type: 'try', isWorking: false, problem: null },
    });
    history.replaceState(null, '', location.pathname);
  } catch (error) {
    const problem = error instanceof ServerRefusal ? error.reason : 'unreachable';
    store.set({ mode: { type: 'try', isWorking: false, problem } });
  }
}

/** Reads the answer of `/api/try`: the length of the JSON (uint32), the result as JSON, then the picture if there is one. */
function readTrial(bytes: ArrayBuffer): Pick<ConsoleState, 'trial' | 'shown'> {
  const [length = 0] = new Uint32Array(bytes, 0, 1);
  const json = new TextDecoder().decode(new Uint8Array(bytes, 4, length));
  const trial = JSON.parse(json) as ConsoleState['trial'];
  const hasPicture = bytes.byteLength > 4 + length;
  return {
    trial,
    shown: hasPicture
      ? { state: 'open', picture: readPicture(bytes, 4 + length) }
      : { state: 'missing', code: trial?.reason?.code ?? '' },
  };
}

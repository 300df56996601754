import { requestJson, ServerRefusal } from '../../shared/server-request.ts';
import type { ModelChoice } from '../console-state.ts';
import type { ConsoleStore } from './console-store.ts';
import { loadDetail } from './image-loader.ts';

/** Running the selected image again with another model. */
export function createRerunActions(store: ConsoleStore) {
  return {
    startRerun: (): Promise<void> => startRerun(store),
    rerun: (model: string): Promise<void> => rerun(store, model),
  };
}

async function startRerun(store: ConsoleStore): Promise<void> {
  if (store.state().selected === null) return;
  store.set({ mode: { type: 'rerun', models: null, isWorking: false, problem: null } });
  const { models } = await requestJson<{ models: ModelChoice[] }>('/api/models').catch(() => ({
    models: [],
  }));
  const { mode } = store.state();
  if (mode.type === 'rerun') store.set({ mode: { ...mode, models } });
}

async function rerun(store: ConsoleStore, model: string): Promise<void> {
  const { selected: id, mode } = store.state();
  if (id === null || mode.type !== 'rerun') return;
  store.set({ mode: { ...mode, isWorking: true, problem: null } });
  try {
    await requestJson(`/api/images/${id}/rerun`, { method: 'POST', body: { model } });
    await loadDetail(store, id);
    if (store.state().selected === id) store.set({ mode: { type: 'view' } });
  } catch (error) {
    const problem = error instanceof ServerRefusal ? error.reason : 'unreachable';
    const { mode: current } = store.state();
    if (current.type === 'rerun') store.set({ mode: { ...current, isWorking: false, problem } });
  }
}

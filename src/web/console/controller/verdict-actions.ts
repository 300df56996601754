import type { Box } from '../../../contract/box.ts';
import type { Verdict } from '../../../contract/api/images.ts';
import { requestJson, ServerRefusal } from '../../shared/server-request.ts';
import { DISAGREE_REASONS, MISSED_KINDS } from '../console-state.ts';
import type { ConsoleStore } from './console-store.ts';
import { loadDetail } from './image-loader.ts';

/** A radiographer's verdicts on the findings of the selected image. */
export function createVerdictActions(store: ConsoleStore) {
  return {
    agree: (finding: number | null): Promise<void> => recordVerdict(store, { kind: 'agree', finding }),
    askWhy: (finding: number): void =>
      store.set({ mode: { type: 'reason', finding, choice: null }, finding, problem: null }),
    askMissed: (): void =>
      store.set({
        mode: { type: 'missed', choice: 0, box: null },
        look: { ...store.state().look, showsFindings: true },
        problem: null,
      }),
    draw(box: Box | null): void {
      const { mode } = store.state();
      if (mode.type === 'missed') store.set({ mode: { ...mode, box } });
    },
    choose(choice: number): void {
      const { mode } = store.state();
      if (mode.type === 'reason' || mode.type === 'missed') store.set({ mode: { ...mode, choice } });
    },
    /** Records the open form; an incomplete one is ignored. */
    record: (): Promise<void> => recordForm(store),
    undo: (): Promise<void> => undoVerdict(store),
  };
}

async function recordForm(store: ConsoleStore): Promise<void> {
  const { mode } = store.state();
  if (mode.type === 'reason' && mode.choice !== null) {
    const reason = DISAGREE_REASONS[mode.choice];
    await recordVerdict(store, { kind: 'disagree', finding: mode.finding, reason });
  }
  if (mode.type === 'missed' && mode.box !== null)
    await recordVerdict(store, { kind: 'missed', reason: MISSED_KINDS[mode.choice], box: mode.box });
}

type VerdictBody = Readonly<Record<string, unknown>> & { readonly kind: Verdict['kind'] };

async function recordVerdict(store: ConsoleStore, body: VerdictBody): Promise<void> {
  const { selected: id, detail } = store.state();
  if (id === null || detail === null) return;
  try {
    const { verdict, verdicts } = await requestJson<{ verdict: Verdict; verdicts: Verdict[] }>(
      `/api/images/${id}/verdicts`,
      { method: 'POST', body },
    );
    showVerdicts(store, id, verdicts);
    const undo = { verdict: verdict.id, kind: verdict.kind, until: store.now() + store.facts.undoMs };
    store.set({ mode: { type: 'view' }, undo, problem: null });
  } catch (error) {
    const isForbidden = error instanceof ServerRefusal && error.status === 403;
    store.set({ problem: isForbidden ? 'not-allowed' : 'not-recorded' });
  }
}

function showVerdicts(store: ConsoleStore, id: number, verdicts: readonly Verdict[]): void {
  const { detail, selected } = store.state();
  if (selected === id && detail !== null) store.set({ detail: { ...detail, verdicts } });
}

async function undoVerdict(store: ConsoleStore): Promise<void> {
  const { undo } = store.state();
  if (undo === null) return;
  store.set({ undo: null });
  const answer = await requestJson<{ verdicts: Verdict[] }>(`/api/verdicts/${undo.verdict}/undo`, {
    method: 'POST',
    body: {},
  }).catch(() => null);
  const { selected } = store.state();
  if (answer === null) store.set({ problem: 'not-recorded' });
  else if (selected !== null) await loadDetail(store, selected);
}

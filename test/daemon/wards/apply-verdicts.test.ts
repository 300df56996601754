import { describe, expect, it } from 'vitest';
import { applyVerdicts, UNDO_MS } from '../../../src/daemon/wards/apply-verdicts.ts';
import type { Store } from '../../../src/store/open-store.ts';
import { aClock, aFolder, anAlert, anArrival, aResult, aStore } from '../../store/a-store.ts';

const ORIGIN = { site: 'hospital', device: 'console-1', privacyFields: [] };
const NOW = Date.parse('2026-11-22T05:38:00Z');
const box = { x: 1, y: 1, width: 9, height: 9 };
const finding = { label: 'fracture', confidence: 0.6, box, polygon: null };

/** A study of two views with one finding each, and its alert. */
function aStudy(): { store: Store; clock: { time: number; now(): number }; views: number[] } {
  const clock = aClock(NOW);
  const store = aStore({ path: `${aFolder()}/bonewatch.db`, clock });
  store.users.add({ name: '오유진', role: 'radiographer', password: 'unused' });
  const views = ['a.dcm', 'b.dcm'].map((path, index) => {
    const arrivalId = anArrival(store, path);
    store.results.record({
      arrivalId,
      result: aResult({ sha256: path.padEnd(64, '0'), findings: [finding] }),
      studyKey: 'study',
      alertChanges: index === 0 ? [anAlert()] : [],
      outbox: [],
    });
    return arrivalId;
  });
  return { store, clock, views };
}

function addVerdict(
  store: Store,
  arrivalId: number,
  kind: 'agree' | 'disagree',
  { at, by = '오유진' }: { readonly at: number; readonly by?: string },
): number {
  return store.verdicts.add({
    ...{ arrivalId, studyKey: 'study', kind, finding: 0, box: null, by, at },
    ...{ reason: kind === 'disagree' ? 'hardware' : null, outcome: 'fracture-suspected', confidence: 0.6 },
    ...{ region: 'wrist', isOver75: null, model: null },
  });
}

describe('what follows from a verdict', () => {
  it('an alert is withdrawn in the name of the person who disagreed with every view', () => {
    const { store, clock, views } = aStudy();
    for (const view of views) addVerdict(store, view, 'disagree', { at: NOW });

    clock.time += UNDO_MS;
    const withdrawn = applyVerdicts({ store, origin: ORIGIN, clock });

    expect(withdrawn).toBe(1);
    expect(store.alerts.list(1)[0]?.withdrawn).toMatchObject({ by: '오유진', reason: 'artefact' });
    expect(store.outbox.pendingCount()).toBeGreaterThan(0);
    expect(applyVerdicts({ store, origin: ORIGIN, clock })).toBe(0);
  });

  it('an alert is retained while one finding of the study is not refuted', () => {
    const { store, clock, views } = aStudy();
    addVerdict(store, views[0] ?? 0, 'disagree', { at: NOW });

    clock.time += UNDO_MS;
    applyVerdicts({ store, origin: ORIGIN, clock });

    expect(store.alerts.open()).toHaveLength(1);
  });

  it('an alert is retained if a disagreement was undone, or changed to an agreement', () => {
    const { store, clock, views } = aStudy();
    const first = addVerdict(store, views[0] ?? 0, 'disagree', { at: NOW });
    addVerdict(store, views[1] ?? 0, 'disagree', { at: NOW });
    addVerdict(store, views[1] ?? 0, 'agree', { at: NOW + 1 });
    store.verdicts.undo(first, NOW + 1);

    clock.time += UNDO_MS * 2;
    applyVerdicts({ store, origin: ORIGIN, clock });

    expect(store.alerts.open()).toHaveLength(1);
  });

  it('a verdict takes effect after the time to undo it, and cannot be undone after that', () => {
    const { store, clock, views } = aStudy();
    const ids = views.map((view) => addVerdict(store, view, 'disagree', { at: NOW }));

    clock.time += UNDO_MS - 1;
    expect(applyVerdicts({ store, origin: ORIGIN, clock })).toBe(0);
    clock.time += 1;
    expect(applyVerdicts({ store, origin: ORIGIN, clock })).toBe(1);

    expect(ids.map((id) => store.verdicts.undo(id, clock.time))).toEqual([false, false]);
  });

  it('an alert is retained if the verdicts came from this machine, without a person who signed in', () => {
    const { store, clock, views } = aStudy();
    for (const view of views) addVerdict(store, view, 'disagree', { at: NOW, by: 'this machine' });

    clock.time += UNDO_MS;

    expect(applyVerdicts({ store, origin: ORIGIN, clock })).toBe(0);
    expect(store.alerts.open()).toHaveLength(1);
    expect(store.verdicts.standing(views[0] ?? 0)).toMatchObject([{ by: 'this machine', isSettled: true }]);
  });
});

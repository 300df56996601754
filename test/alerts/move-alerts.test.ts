import { describe, expect, it } from 'vitest';
import { moveAlert, removedWards, wardSuccession, type MoveContext } from '../../src/alerts/move-alerts.ts';
import { anAlert } from './an-alert.ts';

const NOW = '2026-03-02T08:00:00.000Z';
const HEIR = [
  { id: 'w5', formerly: ['w3'] },
  { id: 'er', formerly: [] },
];

function context(wards: Parameters<typeof wardSuccession>[0], facts: Partial<MoveContext> = {}): MoveContext {
  const none = { isShownBy: () => false, hasOwn: () => false };
  return { ...wardSuccession(wards), ...none, route: () => ['er'], now: NOW, ...facts };
}

describe('an alert of a ward that is not configured any more', () => {
  it('stays the same object while all its wards are configured', () => {
    const alert = anAlert({ wards: ['w3', 'er'] });
    const wards = ['w3', 'er'].map((id) => ({ id, formerly: [] }));

    expect(moveAlert(alert, context(wards))).toBe(alert);
  });

  it('moves to the ward that takes over, with its state and the wards that it was escalated to', () => {
    const alert = anAlert({ state: 'escalated', wards: ['w3', 'er'], rev: 4 });

    expect(moveAlert(alert, context(HEIR))).toMatchObject({
      rev: 5,
      state: 'escalated',
      place: { ward: 'w5' },
      wards: ['w5', 'er'],
      times: { raised: alert.times.raised, published: NOW },
    });
  });

  it('without an heir still belongs to the removed ward and is shown where it would go today', () => {
    const moved = moveAlert(anAlert(), context([{ id: 'er', formerly: [] }]));

    expect(moved).toMatchObject({ place: { ward: 'w3' }, wards: ['er'] });
    expect(moveAlert(moved, context([{ id: 'er', formerly: [] }]))).toBe(moved);
  });

  it('is closed if the heir has an unanswered alert of the same study, since one row is enough', () => {
    const shown = { isShownBy: () => true, hasOwn: () => true };

    expect(moveAlert(anAlert(), context(HEIR, shown))).toMatchObject({
      state: 'closed',
      times: { cleared: NOW },
    });
  });

  it('is shown by the heir next to an answered alert of the same study, so that it is seen', () => {
    const moved = moveAlert(anAlert(), context(HEIR, { hasOwn: () => true }));

    expect(moved).toMatchObject({ state: 'open', place: { ward: 'w3' }, wards: ['w5'] });
  });
});

describe('the removed wards', () => {
  it('are those of open alerts without a configured ward or an heir, each once', () => {
    const alerts = [
      anAlert(),
      anAlert({ place: { ward: 'icu', room: null, bed: null } }),
      anAlert({ place: { ward: 'icu', room: null, bed: null } }),
      anAlert({ place: { ward: 'old', room: null, bed: null }, state: 'closed' }),
      anAlert({ place: { ward: 'er', room: null, bed: null } }),
    ];

    expect(removedWards(alerts, wardSuccession(HEIR))).toEqual(['icu']);
  });
});

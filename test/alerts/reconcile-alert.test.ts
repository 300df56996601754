import { describe, expect, it } from 'vitest';
import { reconcileAlert } from '../../src/alerts/reconcile-alert.ts';
import { anAcknowledgedAlert, anAlert } from './an-alert.ts';

const now = '2026-03-01T07:00:00Z';

describe('reconcileAlert', () => {
  it('the newer revision is valid, with the place that never left the device', () => {
    const stored = anAlert({ place: { ward: 'w3', room: '311', bed: null } });

    expect(reconcileAlert(stored, anAcknowledgedAlert({ rev: 4 }), now)).toEqual({
      ...anAcknowledgedAlert({ rev: 4 }),
      place: stored.place,
    });
    expect(reconcileAlert(anAlert({ rev: 5 }), anAlert({ rev: 4 }), now)).toMatchObject({ rev: 5 });
    expect(reconcileAlert(stored, anAlert(), now)).toBe(stored);
  });

  it('of two different alerts with the same revision one above both is valid, and is not taken as seen', () => {
    const word = reconcileAlert(anAlert({ rev: 2 }), anAcknowledgedAlert(), now);

    expect(word).toMatchObject({ rev: 3, state: 'open', acknowledgedBy: null });
  });

  it('opens again if the broker had something more serious', () => {
    const worse = anAlert({ rev: 2, outcome: 'fracture-detected', priority: 'high' });

    expect(reconcileAlert(anAcknowledgedAlert(), worse, now)).toMatchObject({
      rev: 3,
      newsRev: 3,
      state: 'open',
      outcome: 'fracture-detected',
      priority: 'high',
    });
  });
});

import { describe, expect, it } from 'vitest';
import { isBusy, unmuteQuietAlerts } from '../../src/alerts/limit-tone-rate.ts';
import { updateAlert } from '../../src/alerts/update-alert.ts';
import { aContext, anAlert, aStudy } from './an-alert.ts';

const policy = { count: 2, minutes: 10 };
const now = '2026-03-01T05:40:00Z';
const times = anAlert().times;

function soundedAt(sounded: string | null, facts = {}) {
  return anAlert({ ...facts, times: { ...times, sounded } });
}

const two = [soundedAt('2026-03-01T05:31:00Z', { id: 'a' }), soundedAt('2026-03-01T05:39:00Z', { id: 'b' })];

describe('the rate limit of a ward', () => {
  it('is reached when as many alerts as configured have sounded lately, on that ward', () => {
    expect(isBusy('w3', two, now, policy)).toBe(true);
    expect(isBusy('w4', two, now, policy)).toBe(false);
    expect(isBusy('w3', two, '2026-03-01T05:41:00Z', policy)).toBe(false);
    expect(isBusy('w3', two, now, { count: 0, minutes: 10 })).toBe(false);
  });

  it('shows a further suspected fracture at once, without a tone of its own', () => {
    const alert = updateAlert(null, aStudy(), { ...aContext(now), isBusy: true });

    expect(alert).toMatchObject({ state: 'open', isQuiet: true, times: { sounded: null } });
  });

  it('never silences what is very likely, urgent or a rise', () => {
    const busy = { ...aContext(now), isBusy: true };

    expect(updateAlert(null, aStudy({ outcome: 'fracture-detected' }), busy)?.isQuiet).toBe(false);
    expect(updateAlert(null, aStudy({ bodyPart: 'hip', bodyParts: ['hip'] }), busy)?.isQuiet).toBe(false);
    const calm = { ...busy, priorities: { ...busy.priorities, detected: 'medium' as const } };
    expect(updateAlert(null, aStudy({ outcome: 'fracture-detected' }), calm)?.isQuiet).toBe(false);
    const risen = updateAlert(anAlert({ isQuiet: true }), aStudy({ outcome: 'fracture-detected' }), busy);
    expect(risen).toMatchObject({ isQuiet: false, newsRev: 2, times: { sounded: now } });
    const elsewhere = aStudy({ bodyParts: ['wrist', 'foot'] });
    expect(updateAlert(anAlert({ isQuiet: true }), elsewhere, busy)?.isQuiet).toBe(false);
  });

  it('lets quiet alerts sound as soon as there is room, the most urgent first', () => {
    const low = anAlert({ id: 'low', isQuiet: true, priority: 'low', times: { ...times, sounded: null } });
    const medium = anAlert({ id: 'medium', isQuiet: true, times: { ...times, sounded: null } });

    expect(unmuteQuietAlerts([low, medium], two, now, policy)).toEqual([]);
    const [sounding, ...others] = unmuteQuietAlerts([low, medium], two, '2026-03-01T05:41:00Z', policy);
    expect(sounding).toMatchObject({ id: 'medium', rev: 2, isQuiet: false });
    expect(others).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import type { Alert } from '../../src/contract/alert.ts';
import {
  escalateAlerts,
  type EscalationContext,
  type EscalationPolicy,
} from '../../src/alerts/escalate-alerts.ts';
import { anAcknowledgedAlert, anAlert, elapsedAt } from './an-alert.ts';

const policy: EscalationPolicy = {
  afterMinutes: 5,
  repeatMinutes: 10,
  wards: ['er', 'w3'],
  secondTone: true,
};
const everybody = { policy, unwatched: new Set<string>() };

function escalateAt(alerts: readonly Alert[], now: string, context: Omit<EscalationContext, 'elapsedMs'>) {
  return escalateAlerts(alerts, now, { ...context, elapsedMs: elapsedAt(now) });
}

describe('escalateAlerts', () => {
  it('an alert that is unanswered for as long as configured goes to further wards, with a second tone', () => {
    expect(escalateAt([anAlert()], '2026-03-01T05:35:10Z', everybody)).toEqual([]);

    const [escalated] = escalateAt([anAlert()], '2026-03-01T05:35:11Z', everybody);

    expect(escalated).toMatchObject({
      rev: 2,
      newsRev: 1,
      state: 'escalated',
      priority: 'medium',
      wards: ['w3', 'er'],
      escalation: { step: 1, reason: 'not-acknowledged', isLouder: true },
      times: { sounded: '2026-03-01T05:35:11Z' },
    });
  });

  it('repeats the escalation until the alert is acknowledged', () => {
    const [first] = escalateAt([anAlert()], '2026-03-01T05:36:00Z', everybody);
    const escalated = first ? [first] : [];

    expect(escalateAt(escalated, '2026-03-01T05:45:59Z', everybody)).toEqual([]);
    expect(escalateAt(escalated, '2026-03-01T05:46:00Z', everybody)).toMatchObject([
      { rev: 3, wards: ['w3', 'er'], escalation: { step: 2 } },
    ]);
    expect(escalateAt([anAcknowledgedAlert()], '2026-03-01T09:00:00Z', everybody)).toEqual([]);
  });

  it('does not wait where no display shows the alert', () => {
    const unwatchedContext = { policy, unwatched: new Set(['w3']) };

    expect(escalateAt([anAlert()], '2026-03-01T05:30:12Z', unwatchedContext)).toMatchObject([
      { wards: ['w3', 'er'], escalation: { reason: 'not-watched' } },
    ]);
  });

  it('brings no ward the same case twice', () => {
    const own = anAlert({ id: 'own', place: { ward: 'er', room: null, bed: null }, wards: ['er'] });

    const escalated = escalateAt([anAlert(), own], '2026-03-01T05:36:00Z', everybody);

    expect(escalated.map(({ wards }) => wards)).toEqual([['w3'], ['er']]);
  });

  it('brings no ward the same case twice either when two wards of the case wait too long together', () => {
    const hip = anAlert({ id: 'hip', place: { ward: 'hip', room: null, bed: null }, wards: ['hip'] });

    const escalated = escalateAt([anAlert(), hip], '2026-03-01T05:36:00Z', everybody);

    expect(escalated.map(({ wards }) => wards)).toEqual([['w3', 'er'], ['hip']]);
  });

  it('a quiet alert sounds when it escalates, regardless of the rate limit', () => {
    const [escalated] = escalateAt([anAlert({ isQuiet: true })], '2026-03-01T05:36:00Z', everybody);

    expect(escalated?.isQuiet).toBe(false);
  });

  it('counts elapsed time, whatever the wall clock shows', () => {
    const jumped = '2036-03-01T05:30:00Z';
    const waiting = escalateAlerts([anAlert()], jumped, { ...everybody, elapsedMs: () => 4 * 60_000 });
    const late = escalateAlerts([anAlert()], '1970-01-01T00:00:00Z', {
      ...everybody,
      elapsedMs: () => 5 * 60_000,
    });

    expect(waiting).toEqual([]);
    expect(late).toHaveLength(1);
  });

  it('can be switched off, for time and for displays each', () => {
    const off = { policy: { ...policy, afterMinutes: 0 }, unwatched: new Set<string>() };

    expect(escalateAt([anAlert()], '2026-03-02T05:36:00Z', off)).toEqual([]);
  });
});

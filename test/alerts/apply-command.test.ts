import { describe, expect, it } from 'vitest';
import { applyCommand, type AlertCommand } from '../../src/alerts/apply-command.ts';
import { expireAlerts } from '../../src/alerts/expire-alerts.ts';
import { createRecentNonces } from '../../src/alerts/recent-nonces.ts';
import type { Alert } from '../../src/contract/alert.ts';
import { anAcknowledgedAlert, anAlert, elapsedAt } from './an-alert.ts';

const fresh = { now: '2026-03-01T05:45:00Z', hasSeen: () => false };

type Answer = Extract<AlertCommand, { readonly action: 'acknowledge' | 'unacknowledge' | 'close' }>;

function aCommand(facts: Partial<Answer> = {}): AlertCommand {
  const { id } = anAlert();
  return {
    ward: 'w3',
    alertId: id,
    action: 'acknowledge',
    by: 'Kim',
    sender: { kind: 'person', name: 'Kim' },
    display: 'w3-door',
    nonce: 'n1',
    rev: null,
    ...facts,
  };
}

describe('applyCommand', () => {
  it('records who has seen an alert, where and when', () => {
    const outcome = applyCommand(anAlert(), aCommand(), fresh);

    expect(outcome).toMatchObject({
      isRefused: false,
      alert: { rev: 2, state: 'acknowledged', acknowledgedBy: { name: 'Kim', display: 'w3-door' } },
    });
    expect(outcome.isRefused || outcome.alert.times.acknowledged).toBe(fresh.now);
  });

  it('the first acknowledgement stands', () => {
    const alert = anAcknowledgedAlert();

    const outcome = applyCommand(alert, aCommand({ by: 'Lee' }), fresh);

    expect(outcome).toEqual({ isRefused: false, alert });
  });

  it('takes an acknowledgement back within its undo', () => {
    const outcome = applyCommand(anAcknowledgedAlert(), aCommand({ action: 'unacknowledge' }), fresh);

    expect(outcome).toMatchObject({ alert: { rev: 3, state: 'open', acknowledgedBy: null } });
  });

  it('does not acknowledge again when the broker repeats a tap that was undone since', () => {
    const nonces = createRecentNonces();
    const alert = anAlert({ rev: 3 });
    nonces.add(alert.id, 'n1');

    const outcome = applyCommand(alert, aCommand(), {
      ...fresh,
      hasSeen: (nonce) => nonces.has(alert.id, nonce),
    });

    expect(outcome).toEqual({ isRefused: false, alert });
  });

  it('closes only an acknowledged alert', () => {
    const close = aCommand({ action: 'close' });

    expect(applyCommand(anAlert(), close, fresh)).toEqual({ isRefused: true, reason: 'not-acknowledged' });
    expect(applyCommand(anAcknowledgedAlert(), close, fresh)).toMatchObject({
      alert: { rev: 3, state: 'closed' },
    });
  });

  it('an acknowledgement of an outdated revision is rejected', () => {
    const risen = anAlert({ rev: 4, newsRev: 3 });

    expect(applyCommand(risen, aCommand({ rev: 2 }), fresh)).toEqual({ isRefused: true, reason: 'outdated' });
    expect(applyCommand(risen, aCommand({ rev: 3 }), fresh)).toMatchObject({
      alert: { state: 'acknowledged' },
    });
  });

  it('may come from any ward that an alert was escalated to', () => {
    const escalated = anAlert({ state: 'escalated', wards: ['w3', 'er'] });

    expect(applyCommand(escalated, aCommand({ ward: 'er' }), fresh)).toMatchObject({
      alert: { state: 'acknowledged', escalation: null },
    });
  });

  it('withdraws an open or acknowledged alert with name and reason, which stay visible on the ward', () => {
    const withdraw: AlertCommand = { ...aCommand(), by: 'Dr Han', action: 'withdraw', reason: 'no-fracture' };

    for (const alert of [anAlert(), anAcknowledgedAlert()]) {
      const outcome = applyCommand(alert, withdraw, fresh);
      expect(outcome).toMatchObject({
        alert: { state: 'closed', withdrawn: { by: 'Dr Han', reason: 'no-fracture', at: fresh.now } },
      });
      expect(outcome.isRefused || outcome.alert.times.cleared).toBeNull();
    }
    const closed = anAcknowledgedAlert({ state: 'closed' });
    expect(applyCommand(closed, withdraw, fresh)).toMatchObject({ reason: 'already-closed' });
  });

  it('a rejection has its reason: unknown, of another ward, closed', () => {
    const closed = anAcknowledgedAlert({ state: 'closed' });

    expect(applyCommand(null, aCommand(), fresh)).toEqual({ isRefused: true, reason: 'unknown-alert' });
    expect(applyCommand(anAlert(), aCommand({ ward: 'w4' }), fresh)).toMatchObject({
      reason: 'unknown-alert',
    });
    expect(applyCommand(closed, aCommand(), fresh)).toEqual({ isRefused: true, reason: 'already-closed' });
  });
});

describe('expireAlerts', () => {
  const alerts = [
    anAlert(),
    anAcknowledgedAlert({ id: 'seen' }),
    anAlert({ id: 'late', state: 'escalated' }),
  ];

  it('closes alerts that were acknowledged long enough ago, and no unacknowledged one', () => {
    const expired = expireAt(alerts, '2026-03-01T06:02:00Z');

    expect(expired.map(({ id, state, rev }) => ({ id, state, rev }))).toEqual([
      { id: 'seen', state: 'closed', rev: 3 },
    ]);
  });

  it('waits out its time, also when the clock jumps back', () => {
    expect(expireAt(alerts, '2026-03-01T06:01:59Z')).toEqual([]);
    expect(expireAt(alerts, '2020-01-01T00:00:00Z')).toEqual([]);
  });

  it('clears what was withdrawn, once', () => {
    const withdrawn = anAlert({
      state: 'closed',
      withdrawn: { by: 'Dr Han', reason: 'artefact', at: '2026-03-01T05:32:00Z' },
    });

    const [cleared] = expireAt([withdrawn], '2026-03-01T06:02:00Z');

    expect(cleared).toMatchObject({ rev: 2, state: 'closed', times: { cleared: '2026-03-01T06:02:00Z' } });
    expect(expireAt(cleared ? [cleared] : [], '2026-03-01T07:02:00Z')).toEqual([]);
  });
});

describe('createRecentNonces', () => {
  it('drops the oldest first', () => {
    const nonces = createRecentNonces();
    for (let tap = 0; tap <= 10_000; tap++) nonces.add('a', `n${tap}`);

    expect(nonces.has('a', 'n0')).toBe(false);
    expect(nonces.has('a', 'n1')).toBe(true);
    expect(nonces.has('b', 'n1')).toBe(false);
  });
});

function expireAt(alerts: readonly Alert[], now: string): readonly Alert[] {
  return expireAlerts(alerts, now, { closeAfterMinutes: 30, elapsedMs: elapsedAt(now) });
}

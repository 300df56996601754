import { describe, expect, it } from 'vitest';
import type { Alert } from '../../../../src/contract/alert.ts';
import { openAlerts, screenOf } from '../../../../src/web/ward/state/screen-of.ts';
import { createWardState } from '../../../../src/web/ward/state/ward-state.ts';
import type { WardState } from '../../../../src/web/ward/state/ward-state.ts';
import { anAlert } from '../../../support/an-alert.ts';
import { aLiveWard, connected, health, live, online, START, received } from '../a-live-ward.ts';
import type { Untimed } from '../a-live-ward.ts';

function named(id: string, facts: Parameters<typeof anAlert>[0] = {}): Alert {
  return anAlert({ id, minutesAgo: 3, ...facts }, START);
}

/** Ticks once a second while the broker answers and the device is healthy. */
function pass(state: WardState, seconds: number): { readonly state: WardState; readonly now: number } {
  const until = START + seconds * 1000;
  let known = state;
  for (let at = START; at <= until; at += 1000)
    known = live(known, { type: 'packet-received', at }, health(at), { type: 'tick', at });
  return { state: known, now: until };
}

describe('a ward display', () => {
  it('does not claim that there are no alerts before all retained state has arrived', () => {
    const state = live(createWardState(START, 'w3'), ...connected());

    expect(screenOf(state, START)).toMatchObject({ kind: 'not-live', reason: 'connecting' });
    expect(screenOf(live(state, { type: 'synced' }), START)).toMatchObject({ kind: 'quiet' });
  });

  it('shows for a while who withdrew an alert and why, and no longer asks to acknowledge it', () => {
    const withdrawn = named('a', {
      rev: 2,
      state: 'closed',
      withdrawn: { by: 'Dr Han', reason: 'old-fracture', at: new Date(START).toISOString() },
    });

    const ward = live(aLiveWard(named('a')), received(withdrawn));

    expect(openAlerts(ward)).toEqual([]);
    expect(screenOf(ward, START)).toMatchObject({
      kind: 'quiet',
      seen: [{ by: 'Dr Han', withdrawn: 'old-fracture' }],
    });
    const cleared = live(ward, { type: 'alert', id: 'a', alert: null });
    expect(screenOf(cleared, START)).toMatchObject({ kind: 'quiet', seen: [] });
  });

  it('gives an urgent alert the whole screen again for news, but not for an escalation', () => {
    const urgent = named('a', { priority: 'high' });
    const ward = { ...aLiveWard(urgent), takeovers: [] };

    const escalated = live(ward, received(named('a', { priority: 'high', rev: 2, state: 'escalated' })));
    expect(escalated.takeovers).toEqual([]);
    const risen = live(escalated, received(named('a', { priority: 'high', rev: 3, newsRev: 3 })));
    expect(risen.takeovers).toEqual(['a']);
  });

  it('shows an alert until it is acknowledged on any display', () => {
    const alert = named('a');
    const state = aLiveWard(alert);

    const seen = live(
      state,
      received({ ...alert, rev: 2, state: 'acknowledged', acknowledgedBy: { name: 'Kim', display: 'x' } }),
    );

    expect(openAlerts(state)).toHaveLength(1);
    expect(screenOf(seen, START)).toMatchObject({ kind: 'quiet', seen: [{ by: 'Kim' }] });
  });

  it('drops a revision that is not newer', () => {
    const alert = named('a', { rev: 3, state: 'acknowledged' });

    const state = live(
      aLiveWard(alert),
      received({ ...alert, rev: 2, state: 'open' }),
      received({ ...alert, state: 'open' }),
    );

    expect(openAlerts(state)).toEqual([]);
  });

  it('removes an alert whose retained message was cleared', () => {
    const state = live(aLiveWard(named('a')), { type: 'alert', id: 'a', alert: null });

    expect(state.alerts.size).toBe(0);
  });

  it('gives a high alert the whole screen for 20 s, then the first row', () => {
    const state = live(
      aLiveWard(named('low', { priority: 'low' })),
      received(named('high', { priority: 'high' })),
      {
        type: 'tick',
      },
    );

    expect(screenOf(state, START)).toMatchObject({ kind: 'arrival', alert: { id: 'high' }, others: 1 });
    const later = pass(state, 21);
    expect(screenOf(later.state, later.now)).toMatchObject({
      kind: 'alerts',
      rows: [{ id: 'high' }, { id: 'low' }],
    });
  });

  it('queues a second high alert for the whole screen', () => {
    const state = aLiveWard(named('first', { priority: 'high' }), named('second', { priority: 'high' }));

    expect(screenOf(state, START)).toMatchObject({ kind: 'arrival', alert: { id: 'first' } });
    const later = pass(state, 22);
    expect(screenOf(later.state, later.now)).toMatchObject({ kind: 'arrival', alert: { id: 'second' } });
  });

  it('alerts again when a medium alert becomes high', () => {
    const alert = named('a');
    const state = live(
      aLiveWard(alert),
      { type: 'sound-paused' },
      received({ ...alert, rev: 2, priority: 'high' }),
    );

    expect(screenOf(state, START)).toMatchObject({ kind: 'arrival' });
    expect(state.soundPausedUntil).toBeNull();
  });

  it('shows one of several alerts that were missed while cut off on the whole screen, not each in turn', () => {
    const before = live(aLiveWard(), { type: 'disconnected' });
    const missed = ['a', 'b', 'c'].map((id) => received(named(id, { priority: 'high' })));

    const state = live(before, ...connected(), ...missed, { type: 'synced' });

    expect(state.takeovers).toHaveLength(1);
    expect(openAlerts(state)).toHaveLength(3);
  });

  it('removes alerts that ended while it was cut off', () => {
    const before = live(aLiveWard(named('ended'), named('open')), { type: 'disconnected' });

    const state = live(before, ...connected(), received(named('open')), { type: 'synced' });

    expect(openAlerts(state).map((alert) => alert.id)).toEqual(['open']);
  });
});

describe('an acknowledgement', () => {
  it('counts at once and can be undone for 10 s, which opens the alert again', () => {
    const state = live(
      aLiveWard(named('a')),
      { type: 'name-asked', id: 'a' },
      { type: 'acknowledged', by: 'Kim' },
    );

    expect(screenOf(state, START)).toMatchObject({ kind: 'alerts', undo: { by: 'Kim' }, rows: [] });
    const undone = live(state, { type: 'undone', at: START + 9_000 });
    expect(openAlerts(undone)).toHaveLength(1);
    const late = live(state, { type: 'undone', at: START + 10_000 });
    expect(openAlerts(late)).toHaveLength(0);
  });

  it('that gets no name within 20 s leaves the alert open', () => {
    const state = live(aLiveWard(named('a')), { type: 'name-asked', id: 'a' });
    expect(screenOf(state, START)).toMatchObject({ kind: 'name-choice' });

    const later = pass(state, 20);

    expect(screenOf(later.state, later.now)).toMatchObject({ kind: 'alerts', rows: [{ id: 'a' }] });
  });

  it('that was not recorded shows the alert again with the reason', () => {
    const state = live(
      aLiveWard(named('a')),
      { type: 'name-asked', id: 'a' },
      { type: 'acknowledged', by: 'Kim' },
    );

    const later = pass(state, 6);
    const refused = live(state, { type: 'refused', id: 'a', reason: 'not-allowed' });

    expect(openAlerts(later.state)).toHaveLength(1);
    expect(later.state.refusals.get('a')).toBe('not-recorded');
    expect(refused.refusals.get('a')).toBe('not-allowed');
  });

  it('still counts when another view of the study arrives before the confirmation', () => {
    const alert = named('a');
    const pressed = live(
      aLiveWard(alert),
      { type: 'name-asked', id: 'a' },
      { type: 'acknowledged', by: 'Kim' },
    );

    const state = live(pressed, received({ ...alert, rev: 2, images: { count: 4, withFindings: 3 } }));

    expect(openAlerts(state)).toHaveLength(0);
  });

  it('on another display closes the question on this one', () => {
    const alert = named('a');
    const state = live(
      aLiveWard(alert),
      { type: 'name-asked', id: 'a' },
      received({ ...alert, rev: 2, state: 'acknowledged' }),
    );

    expect(screenOf(state, START)).toMatchObject({ kind: 'quiet' });
  });
});

describe('a display without live data', () => {
  it('shows the not-live screen as soon as the connection is lost, with the alerts that were open', () => {
    const state = live(aLiveWard(named('a')), { type: 'disconnected' });

    expect(screenOf(state, START)).toMatchObject({
      kind: 'not-live',
      reason: 'cut-off',
      open: [{ id: 'a' }],
    });
  });

  it('shows the not-live screen when the broker has not answered for 8 s', () => {
    const state = aLiveWard();

    expect(screenOf(state, START + 8_000)).toMatchObject({ kind: 'quiet' });
    expect(screenOf(state, START + 8_001)).toMatchObject({ kind: 'not-live', reason: 'cut-off' });
  });

  it('shows at once that the device is off', () => {
    const off: Untimed = {
      type: 'availability',
      availability: { state: 'stopped', session: 'one', ts: new Date(START).toISOString() },
      isRetained: false,
    };

    expect(screenOf(live(aLiveWard(), off), START)).toMatchObject({ kind: 'not-live', reason: 'device-off' });
  });

  it('does not let the late last will of an older session end a newer one', () => {
    const newer = live(aLiveWard(), online('two'));
    const lateWill: Untimed = {
      type: 'availability',
      availability: { state: 'offline', session: 'one', ts: new Date(START).toISOString() },
      isRetained: false,
    };

    expect(screenOf(live(newer, lateWill), START)).toMatchObject({ kind: 'quiet' });
  });

  it('shows that its information is old after two missed health messages', () => {
    const state = live(aLiveWard(), { type: 'packet-received', at: START + 65_001 });

    expect(screenOf(state, START + 65_001)).toMatchObject({ kind: 'not-live', reason: 'old', since: START });
  });

  it('does not treat a retained health message as a sign of life', () => {
    const stale: Untimed = { ...health(START - 120_000), isRetained: true, at: START } as Untimed;

    expect(screenOf(live(aLiveWard(), stale), START)).toMatchObject({ kind: 'not-live', reason: 'old' });
  });

  it('shows that the device is off when a broker without its retained state comes back before the device', () => {
    const state = live(
      aLiveWard(),
      { type: 'disconnected' },
      { type: 'connected' },
      { type: 'subscribed' },
      { type: 'synced' },
    );

    expect(screenOf(state, START)).toMatchObject({ kind: 'not-live', reason: 'device-off' });
  });
});

describe('a display whose clock was wrong', () => {
  it.each([-3_600_000, 3_600_000])('is live after a correction of %i ms if it was live before', (by) => {
    const state = live(aLiveWard(named('a')), { type: 'clock-moved', by });

    expect(screenOf(state, START + by + 8_000)).toMatchObject({ kind: 'alerts' });
    expect(screenOf(state, START + by + 8_001)).toMatchObject({ kind: 'not-live', reason: 'cut-off' });
  });

  it('does not change how long the question, the undo and the pause still last', () => {
    const by = 90_000;
    const asked = live(aLiveWard(named('a'), named('b')), { type: 'name-asked', id: 'a' });
    const moved = live(asked, { type: 'sound-paused' }, { type: 'clock-moved', by });

    expect(moved.nameChoice?.until).toBe(START + by + 20_000);
    expect(moved.soundPausedUntil).toBe(START + by + 120_000);
    const undo = live(asked, { type: 'acknowledged', by: 'Kim' }, { type: 'clock-moved', by });
    expect(openAlerts(live(undo, { type: 'undone', at: START + by + 9_000 }))).toHaveLength(2);
  });
});

describe('a display after a restart', () => {
  const known = { at: START - 60_000, alerts: [named('a', { priority: 'high' })] };

  it('shows which alerts were open and when, as long as the broker does not answer', () => {
    const state = createWardState(START, 'w3', known);

    expect(screenOf(state, START + 9_000)).toMatchObject({
      kind: 'not-live',
      reason: 'cut-off',
      since: known.at,
      open: [{ id: 'a' }],
    });
  });

  it('uses the retained state of the broker instead of its stored view once that has arrived', () => {
    const state = live(createWardState(START, 'w3', known), ...connected(), { type: 'synced' });

    expect(openAlerts(state)).toEqual([]);
  });

  it('still gives the whole screen to an urgent alert that has only just arrived', () => {
    const fresh = named('a', { priority: 'high', minutesAgo: 0 });
    const before = createWardState(START, 'w3', { at: START - 2_000, alerts: [fresh] });

    const state = live(before, ...connected(), received(fresh), { type: 'synced' });

    expect(state.takeovers).toEqual(['a']);
  });
});

describe('a badge', () => {
  it('that is not listed leaves the question open, shows that, and gives more time', () => {
    const asked = live(aLiveWard(named('a')), { type: 'name-asked', id: 'a' });

    const state = live(asked, { type: 'badge-unknown', at: START + 15_000 });

    expect(state.nameChoice).toEqual({ id: 'a', until: START + 35_000, isBadgeUnknown: true });
    expect(openAlerts(state)).toHaveLength(1);
  });
});

import { describe, expect, it } from 'vitest';
import type { Alert } from '../../../../src/contract/alert.ts';
import { openAlerts, screenOf } from '../../../../src/web/ward/state/screen-of.ts';
import { createWardState } from '../../../../src/web/ward/state/ward-state.ts';
import type { WardState } from '../../../../src/web/ward/state/ward-state.ts';
import { anAlert } from '../../../support/an-alert.ts';
import { aLiveWard, connected, health, live, online, START, told } from '../a-live-ward.ts';
import type { Untimed } from '../a-live-ward.ts';

function named(id: string, facts: Parameters<typeof anAlert>[0] = {}): Alert {
  return anAlert({ id, minutesAgo: 3, ...facts }, START);
}

/** Ticks once a second with an answering broker and a healthy device. */
function pass(state: WardState, seconds: number): { readonly state: WardState; readonly now: number } {
  const until = START + seconds * 1000;
  let known = state;
  for (let at = START; at <= until; at += 1000)
    known = live(known, { type: 'packet-received', at }, health(at), { type: 'tick', at });
  return { state: known, now: until };
}

describe('a ward display', () => {
  it('does not say that there are no alerts before everything has arrived', () => {
    const state = live(createWardState(START), ...connected());

    expect(screenOf(state, START)).toMatchObject({ kind: 'not-live', reason: 'connecting' });
    expect(screenOf(live(state, { type: 'synced' }), START)).toMatchObject({ kind: 'quiet' });
  });

  it('shows for a while who took an alert back and why, and no longer asks for it', () => {
    const withdrawn = named('a', {
      rev: 2,
      state: 'closed',
      withdrawn: { by: 'Dr Han', reason: 'old-fracture', at: new Date(START).toISOString() },
    });

    const ward = live(aLiveWard(named('a')), told(withdrawn));

    expect(openAlerts(ward)).toEqual([]);
    expect(screenOf(ward, START)).toMatchObject({
      kind: 'quiet',
      seen: [{ by: 'Dr Han', withdrawn: 'old-fracture' }],
    });
    const cleared = live(ward, { type: 'alert', id: 'a', alert: null });
    expect(screenOf(cleared, START)).toMatchObject({ kind: 'quiet', seen: [] });
  });

  it('gives an urgent alert the screen again when it says something new, and not for an escalation', () => {
    const urgent = named('a', { priority: 'high' });
    const ward = { ...aLiveWard(urgent), takeovers: [] };

    const escalated = live(ward, told(named('a', { priority: 'high', rev: 2, state: 'escalated' })));
    expect(escalated.takeovers).toEqual([]);
    const risen = live(escalated, told(named('a', { priority: 'high', rev: 3, newsRev: 3 })));
    expect(risen.takeovers).toEqual(['a']);
  });

  it('shows an alert until somebody has seen it, whichever display they used', () => {
    const alert = named('a');
    const state = aLiveWard(alert);

    const seen = live(
      state,
      told({ ...alert, rev: 2, state: 'acknowledged', acknowledgedBy: { name: 'Kim', display: 'x' } }),
    );

    expect(openAlerts(state)).toHaveLength(1);
    expect(screenOf(seen, START)).toMatchObject({ kind: 'quiet', seen: [{ by: 'Kim' }] });
  });

  it('drops a revision that is not newer', () => {
    const alert = named('a', { rev: 3, state: 'acknowledged' });

    const state = live(
      aLiveWard(alert),
      told({ ...alert, rev: 2, state: 'open' }),
      told({ ...alert, state: 'open' }),
    );

    expect(openAlerts(state)).toEqual([]);
  });

  it('forgets an alert whose topic was emptied', () => {
    const state = live(aLiveWard(named('a')), { type: 'alert', id: 'a', alert: null });

    expect(state.alerts.size).toBe(0);
  });

  it('gives a high alert the whole screen for 20 s, then the first row', () => {
    const state = live(
      aLiveWard(named('low', { priority: 'low' })),
      told(named('high', { priority: 'high' })),
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

  it('lets a second high alert wait for its own turn', () => {
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
      told({ ...alert, rev: 2, priority: 'high' }),
    );

    expect(screenOf(state, START)).toMatchObject({ kind: 'arrival' });
    expect(state.soundPausedUntil).toBeNull();
  });

  it('takes the screen once, not five times, for what was missed while cut off', () => {
    const before = live(aLiveWard(), { type: 'disconnected' });
    const missed = ['a', 'b', 'c'].map((id) => told(named(id, { priority: 'high' })));

    const state = live(before, ...connected(), ...missed, { type: 'synced' });

    expect(state.takeovers).toHaveLength(1);
    expect(openAlerts(state)).toHaveLength(3);
  });

  it('forgets alerts that ended while it was cut off', () => {
    const before = live(aLiveWard(named('ended'), named('kept')), { type: 'disconnected' });

    const state = live(before, ...connected(), told(named('kept')), { type: 'synced' });

    expect(openAlerts(state).map((alert) => alert.id)).toEqual(['kept']);
  });
});

describe('acknowledging', () => {
  it('counts at once, can be taken back for 10 s, and is open again then', () => {
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

  it('without a name within 20 s leaves the alert open', () => {
    const state = live(aLiveWard(named('a')), { type: 'name-asked', id: 'a' });
    expect(screenOf(state, START)).toMatchObject({ kind: 'name-choice' });

    const later = pass(state, 20);

    expect(screenOf(later.state, later.now)).toMatchObject({ kind: 'alerts', rows: [{ id: 'a' }] });
  });

  it('comes back with the reason when it was not recorded', () => {
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

  it('stays recorded when another view of the study arrives before the record does', () => {
    const alert = named('a');
    const pressed = live(
      aLiveWard(alert),
      { type: 'name-asked', id: 'a' },
      { type: 'acknowledged', by: 'Kim' },
    );

    const state = live(pressed, told({ ...alert, rev: 2, images: { count: 4, withFindings: 3 } }));

    expect(openAlerts(state)).toHaveLength(0);
  });

  it('ends the question when somebody else has answered it meanwhile', () => {
    const alert = named('a');
    const state = live(
      aLiveWard(alert),
      { type: 'name-asked', id: 'a' },
      told({ ...alert, rev: 2, state: 'acknowledged' }),
    );

    expect(screenOf(state, START)).toMatchObject({ kind: 'quiet' });
  });
});

describe('a display that cannot be believed', () => {
  it('is paper as soon as the connection is lost, with what was open', () => {
    const state = live(aLiveWard(named('a')), { type: 'disconnected' });

    expect(screenOf(state, START)).toMatchObject({
      kind: 'not-live',
      reason: 'cut-off',
      open: [{ id: 'a' }],
    });
  });

  it('is paper when the broker has not answered for 8 s', () => {
    const state = aLiveWard();

    expect(screenOf(state, START + 8_000)).toMatchObject({ kind: 'quiet' });
    expect(screenOf(state, START + 8_001)).toMatchObject({ kind: 'not-live', reason: 'cut-off' });
  });

  it('says at once that the device is off', () => {
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

  it('is old after two missed health messages', () => {
    const state = live(aLiveWard(), { type: 'packet-received', at: START + 65_001 });

    expect(screenOf(state, START + 65_001)).toMatchObject({ kind: 'not-live', reason: 'old', since: START });
  });

  it('does not take a retained health message for news', () => {
    const stale: Untimed = { ...health(START - 120_000), isRetained: true, at: START } as Untimed;

    expect(screenOf(live(aLiveWard(), stale), START)).toMatchObject({ kind: 'not-live', reason: 'old' });
  });

  it('is off, not quiet, when a broker that forgot everything comes back without the device', () => {
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
  it.each([-3_600_000, 3_600_000])('is as live after a correction of %i ms as before', (by) => {
    const state = live(aLiveWard(named('a')), { type: 'clock-moved', by });

    expect(screenOf(state, START + by + 8_000)).toMatchObject({ kind: 'alerts' });
    expect(screenOf(state, START + by + 8_001)).toMatchObject({ kind: 'not-live', reason: 'cut-off' });
  });

  it('leaves the question, the undo and the pause as long as they had', () => {
    const by = 90_000;
    const asked = live(aLiveWard(named('a'), named('b')), { type: 'name-asked', id: 'a' });
    const moved = live(asked, { type: 'sound-paused' }, { type: 'clock-moved', by });

    expect(moved.nameChoice?.until).toBe(START + by + 20_000);
    expect(moved.soundPausedUntil).toBe(START + by + 120_000);
    const undo = live(asked, { type: 'acknowledged', by: 'Kim' }, { type: 'clock-moved', by });
    expect(openAlerts(live(undo, { type: 'undone', at: START + by + 9_000 }))).toHaveLength(2);
  });
});

describe('a display that starts anew', () => {
  const known = { at: START - 60_000, alerts: [named('a', { priority: 'high' })] };

  it('says on paper what was open and when, as long as nobody answers', () => {
    const state = createWardState(START, known);

    expect(screenOf(state, START + 9_000)).toMatchObject({
      kind: 'not-live',
      reason: 'cut-off',
      since: known.at,
      open: [{ id: 'a' }],
    });
  });

  it('believes the broker, not its memory, once that has spoken', () => {
    const state = live(createWardState(START, known), ...connected(), { type: 'synced' });

    expect(openAlerts(state)).toEqual([]);
  });

  it('still gives the screen to an urgent alert that has only just come', () => {
    const fresh = named('a', { priority: 'high', minutesAgo: 0 });
    const before = createWardState(START, { at: START - 2_000, alerts: [fresh] });

    const state = live(before, ...connected(), told(fresh), { type: 'synced' });

    expect(state.takeovers).toEqual(['a']);
  });
});

describe('a badge', () => {
  it('that nobody is listed with leaves the question open, says so, and gives more time', () => {
    const asked = live(aLiveWard(named('a')), { type: 'name-asked', id: 'a' });

    const state = live(asked, { type: 'badge-unknown', at: START + 15_000 });

    expect(state.nameChoice).toEqual({ id: 'a', until: START + 35_000, isBadgeUnknown: true });
    expect(openAlerts(state)).toHaveLength(1);
  });
});

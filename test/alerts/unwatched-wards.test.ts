import { describe, expect, it } from 'vitest';
import { createUnwatchedWards } from '../../src/alerts/unwatched-wards.ts';
import { anAcknowledgedAlert, anAlert } from './an-alert.ts';

const MINUTE = 60_000;
const nobody = () => [];
const door = () => ['door'];
const { id } = anAlert();

describe('watchWards', () => {
  it('misses a display after a minute with an open alert, and is content once one shows it', () => {
    const watch = createUnwatchedWards(MINUTE);

    expect(watch.look([anAlert()], nobody, 1_000).unwatched).toEqual([]);
    expect(watch.look([anAlert()], nobody, 61_000).unwatched).toEqual(['w3']);

    watch.receive({ display: 'door', alertId: id, rev: 1 });
    expect(watch.look([anAlert()], door, 62_000).unwatched).toEqual([]);
  });

  it('does not trust a display that lives and does not show what it is sent', () => {
    const watch = createUnwatchedWards(MINUTE);
    watch.receive({ display: 'door', alertId: id, rev: 1 });

    expect(watch.look([anAlert({ rev: 2 })], door, 0)).toEqual({ unwatched: [], unconfirmed: [] });
    expect(watch.look([anAlert({ rev: 2 })], door, 30_000).unconfirmed).toEqual([anAlert({ rev: 2 })]);
    expect(watch.look([anAlert({ rev: 2 })], door, 31_000).unconfirmed).toEqual([]);
    expect(watch.look([anAlert({ rev: 2 })], door, 60_000).unwatched).toEqual(['w3']);
  });

  it('starts to count when the display goes that had it', () => {
    const watch = createUnwatchedWards(MINUTE);
    watch.receive({ display: 'door', alertId: id, rev: 1 });
    watch.look([anAlert()], door, 0);

    expect(watch.look([anAlert()], nobody, 100_000).unwatched).toEqual([]);
    expect(watch.look([anAlert()], nobody, 160_000).unwatched).toEqual(['w3']);
  });

  it('counts anew each time', () => {
    const watch = createUnwatchedWards(MINUTE);
    watch.look([anAlert()], nobody, 0);
    watch.receive({ display: 'door', alertId: id, rev: 1 });
    watch.look([anAlert()], door, 10_000);

    expect(watch.look([anAlert()], nobody, 90_000).unwatched).toEqual([]);
  });

  it('keeps missing it through the revisions that its own escalation makes', () => {
    const watch = createUnwatchedWards(MINUTE);
    watch.look([anAlert()], nobody, 0);
    watch.look([anAlert()], nobody, 60_000);

    const escalated = anAlert({ rev: 2, state: 'escalated', wards: ['w3', 'er'] });

    expect(watch.look([escalated], nobody, 61_000).unwatched).toEqual(['w3']);
    expect(watch.look([escalated], nobody, 121_000).unwatched).toEqual(['er', 'w3']);
  });

  it('asks nothing of alerts that were answered, nor after the broker came back, nor when switched off', () => {
    const watch = createUnwatchedWards(MINUTE);
    watch.look([anAcknowledgedAlert()], nobody, 0);
    expect(watch.look([anAcknowledgedAlert()], nobody, 100_000).unwatched).toEqual([]);

    watch.look([anAlert()], nobody, 100_000);
    watch.begin();
    expect(watch.look([anAlert()], nobody, 170_000).unwatched).toEqual([]);

    const off = createUnwatchedWards(0);
    off.look([anAlert()], nobody, 0);
    expect(off.look([anAlert()], nobody, 100_000).unwatched).toEqual([]);
  });
});

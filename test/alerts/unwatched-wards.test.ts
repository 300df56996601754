import { describe, expect, it } from 'vitest';
import { createUnwatchedWards } from '../../src/alerts/unwatched-wards.ts';
import { anAcknowledgedAlert, anAlert } from './an-alert.ts';

const MINUTE = 60_000;
const noDisplay = () => [];
const door = () => ['door'];
const { id } = anAlert();

describe('watchWards', () => {
  it('a ward is unwatched after a minute with an open alert, until a display shows it', () => {
    const watch = createUnwatchedWards(MINUTE);

    expect(watch.evaluate([anAlert()], noDisplay, 1_000).unwatched).toEqual([]);
    expect(watch.evaluate([anAlert()], noDisplay, 61_000).unwatched).toEqual(['w3']);

    watch.receive({ display: 'door', alertId: id, rev: 1 });
    expect(watch.evaluate([anAlert()], door, 62_000).unwatched).toEqual([]);
  });

  it('a connected display that does not show the alert does not count', () => {
    const watch = createUnwatchedWards(MINUTE);
    watch.receive({ display: 'door', alertId: id, rev: 1 });

    expect(watch.evaluate([anAlert({ rev: 2 })], door, 0)).toEqual({ unwatched: [], unconfirmed: [] });
    expect(watch.evaluate([anAlert({ rev: 2 })], door, 30_000).unconfirmed).toEqual([anAlert({ rev: 2 })]);
    expect(watch.evaluate([anAlert({ rev: 2 })], door, 31_000).unconfirmed).toEqual([]);
    expect(watch.evaluate([anAlert({ rev: 2 })], door, 60_000).unwatched).toEqual(['w3']);
  });

  it('starts to count when the display goes that had it', () => {
    const watch = createUnwatchedWards(MINUTE);
    watch.receive({ display: 'door', alertId: id, rev: 1 });
    watch.evaluate([anAlert()], door, 0);

    expect(watch.evaluate([anAlert()], noDisplay, 100_000).unwatched).toEqual([]);
    expect(watch.evaluate([anAlert()], noDisplay, 160_000).unwatched).toEqual(['w3']);
  });

  it('the time starts again each time', () => {
    const watch = createUnwatchedWards(MINUTE);
    watch.evaluate([anAlert()], noDisplay, 0);
    watch.receive({ display: 'door', alertId: id, rev: 1 });
    watch.evaluate([anAlert()], door, 10_000);

    expect(watch.evaluate([anAlert()], noDisplay, 90_000).unwatched).toEqual([]);
  });

  it('the ward stays unwatched through the revisions of its own escalation', () => {
    const watch = createUnwatchedWards(MINUTE);
    watch.evaluate([anAlert()], noDisplay, 0);
    watch.evaluate([anAlert()], noDisplay, 60_000);

    const escalated = anAlert({ rev: 2, state: 'escalated', wards: ['w3', 'er'] });

    expect(watch.evaluate([escalated], noDisplay, 61_000).unwatched).toEqual(['w3']);
    expect(watch.evaluate([escalated], noDisplay, 121_000).unwatched).toEqual(['er', 'w3']);
  });

  it('asks nothing of alerts that were answered, nor after the broker came back, nor when switched off', () => {
    const watch = createUnwatchedWards(MINUTE);
    watch.evaluate([anAcknowledgedAlert()], noDisplay, 0);
    expect(watch.evaluate([anAcknowledgedAlert()], noDisplay, 100_000).unwatched).toEqual([]);

    watch.evaluate([anAlert()], noDisplay, 100_000);
    watch.begin();
    expect(watch.evaluate([anAlert()], noDisplay, 170_000).unwatched).toEqual([]);

    const off = createUnwatchedWards(0);
    off.evaluate([anAlert()], noDisplay, 0);
    expect(off.evaluate([anAlert()], noDisplay, 100_000).unwatched).toEqual([]);
  });
});

import { beforeEach, describe, expect, it } from 'vitest';
import { createElapsedTimes, type ElapsedTimes } from '../../src/alerts/elapsed-times.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const START = Date.parse('2026-03-02T08:00:00Z');
let wall: number;
let mono: number;
let isPlausible: boolean;
let times: ElapsedTimes;

beforeEach(() => {
  [wall, mono, isPlausible] = [START, 1_000, true];
  times = createElapsedTimes({ now: () => wall, elapsed: () => mono, isPlausible: () => isPlausible });
});

function pass(ms: number): void {
  wall += ms;
  mono += ms;
}

describe('how long an alert has waited', () => {
  it.each([
    ['forward to 2036', Date.parse('2036-01-01T00:00:00Z')],
    ['back to 1970', 60_000],
  ])('is not changed by a jump %s', (_name, jumped) => {
    const raised = new Date(wall).toISOString();
    times.since(raised);
    pass(2 * MINUTE);
    wall = jumped;
    pass(MINUTE);

    expect(times.since(raised)).toBe(3 * MINUTE);
  });

  it('includes the time that the device was off', () => {
    expect(times.since(new Date(START - 20 * MINUTE).toISOString())).toBe(20 * MINUTE);
  });

  it.each([
    ['a boot in 1970, before which nothing can have been', START + DAY],
    ['a boot ten years later', START - 3_650 * DAY],
  ])('starts again after %s', (_name, raisedAt) => {
    const raised = new Date(raisedAt).toISOString();
    expect(times.since(raised)).toBe(0);
    pass(MINUTE);
    expect(times.since(raised)).toBe(MINUTE);
  });

  it('is what it really is once a clock that could not be right is set', () => {
    const raised = new Date(START - 20 * MINUTE).toISOString();
    [wall, isPlausible] = [60_000, false];
    expect(times.since(raised)).toBe(0);
    pass(MINUTE);
    [wall, isPlausible] = [START + MINUTE, true];

    expect(times.since(raised)).toBe(21 * MINUTE);
  });

  it('is not 56 years for an alert that was raised before the clock was set', () => {
    [wall, isPlausible] = [60_000, false];
    const raised = new Date(wall).toISOString();
    times.since(raised);
    pass(2 * MINUTE);
    [wall, isPlausible] = [START, true];

    expect(times.since(raised)).toBe(2 * MINUTE);
  });
});

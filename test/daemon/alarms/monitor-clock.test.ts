import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import {
  monitorClock,
  type ClockCorrection,
  type ClockMonitor,
} from '../../../src/daemon/alarms/monitor-clock.ts';
import { silentLog } from '../../support/silent-log.ts';

const SECOND = 1_000;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOW = Date.parse('2026-11-29T08:00:00Z');
const YEAR_2036 = Date.parse('2036-01-01T00:00:00Z');

let wall: number;
let mono: number;
let isSynchronised: boolean | null;
let stored: Map<string, number>;
let active: Set<string>;
let corrections: ClockCorrection[];
let monitor: ClockMonitor;

beforeEach(() => {
  [wall, mono, isSynchronised] = [NOW, 5_000, null];
  stored = new Map();
  active = new Set();
  corrections = [];
});

/** The daemon starts, with the store of its last run. */
function start(): void {
  monitor = monitorClock({
    clock: { now: () => wall },
    elapsed: () => mono,
    milestones: {
      read: (name) => stored.get(name) ?? null,
      record(name, at) {
        if (at === null) stored.delete(name);
        else stored.set(name, at);
      },
    },
    readSynchronised: () => Promise.resolve(isSynchronised),
    alarms: { raise: (code) => void active.add(code), clear: (code) => void active.delete(code) },
    log: silentLog,
  });
  monitor.onCorrected((correction) => void corrections.push(correction));
  onTestFinished(() => monitor[Symbol.dispose]());
}

function pass(ms: number): void {
  for (let left = ms; left > 0; left -= 10 * 60 * SECOND) {
    wall += Math.min(left, 10 * 60 * SECOND);
    mono += Math.min(left, 10 * 60 * SECOND);
    monitor.poll();
  }
}

function setClock(to: number): void {
  wall = to;
  mono += SECOND;
  monitor.poll();
}

function isRaised(): boolean {
  return active.has('CLOCK_IMPLAUSIBLE');
}

describe('the clock of the device', () => {
  it('records expire after the clock has been plausible for a day, also across a restart', () => {
    start();
    expect([monitor.isPlausible(), monitor.isTrusted()]).toEqual([true, false]);
    pass(23 * HOUR);
    expect(monitor.isTrusted()).toBe(false);
    start();
    pass(HOUR + SECOND);

    expect(monitor.isTrusted()).toBe(true);
  });

  it('a boot in 1970 raises the alarm until the time server sets the clock, and its times are corrected', () => {
    start();
    pass(2 * DAY);
    [wall, mono] = [60_000, 60_000];
    start();
    expect([monitor.isPlausible(), monitor.isTrusted(), isRaised()]).toEqual([false, false, true]);
    pass(5 * 60 * SECOND);
    setClock(NOW + 3 * DAY);

    expect([monitor.isPlausible(), monitor.isTrusted(), isRaised()]).toEqual([true, false, false]);
    expect(corrections).toHaveLength(1);
    const [{ from, to, byMs } = { from: 0, to: 0, byMs: 0 }] = corrections;
    expect(from).toBe(60_000);
    expect(to + byMs).toBe(NOW + 3 * DAY);
    pass(DAY + SECOND);
    expect(monitor.isTrusted()).toBe(true);
  });

  it('a jump to 2036 is implausible for as long as it lasts, and after a restart', () => {
    start();
    pass(2 * DAY);
    setClock(YEAR_2036);
    pass(3 * DAY);
    expect([monitor.isPlausible(), monitor.isTrusted(), isRaised()]).toEqual([false, false, true]);
    start();
    pass(3 * DAY);
    expect([monitor.isTrusted(), isRaised()]).toEqual([false, true]);
    setClock(NOW + 9 * DAY);

    expect([monitor.isPlausible(), isRaised()]).toEqual([true, false]);
    expect(corrections.map(({ byMs }) => Math.sign(byMs))).toEqual([-1]);
  });

  it('a clock that a time server or a person confirms is plausible, and what it was set from is corrected', async () => {
    wall = YEAR_2036;
    start();
    pass(HOUR);
    isSynchronised = true;
    setClock(NOW);
    expect(isRaised()).toBe(true);
    mono += 31 * SECOND;
    wall += 31 * SECOND;
    monitor.poll();
    await Promise.resolve();
    monitor.poll();
    expect([isRaised(), corrections.length]).toEqual([false, 1]);

    setClock(YEAR_2036 + DAY);
    isSynchronised = null;
    setClock(NOW + DAY);
    setClock(NOW + 400 * DAY);
    expect(isRaised()).toBe(true);
    stored.set('clock-plausible-at', wall);
    stored.delete('clock-implausible-since');
    monitor.poll();
    expect(isRaised()).toBe(false);
  });

  it('weeks without power and small corrections are no fault', () => {
    start();
    pass(HOUR);
    wall += 20 * DAY;
    start();
    expect([monitor.isPlausible(), monitor.isTrusted()]).toEqual([true, false]);
    setClock(wall - 90 * SECOND);

    expect(monitor.isPlausible()).toBe(true);
    expect(corrections).toEqual([]);
  });
});

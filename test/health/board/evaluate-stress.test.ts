import { describe, expect, it } from 'vitest';
import { healthSchema } from '../../../src/config/health-schema.ts';
import { createStressEvaluator } from '../../../src/health/board/evaluate-stress.ts';
import type { StressReading } from '../../../src/health/board/read-stress.ts';
import type { ThermalZone } from '../../../src/health/board/read-thermal-zones.ts';

const LOOK_SECONDS = 5;
const CALM: StressReading = {
  zones: [{ name: 'tj', celsius: 60, slowsAtCelsius: 99 }],
  cooling: { slowedBy: [], overCurrentEvents: 37, overCurrentRails: [] },
  memory: { totalBytes: 8000, availableBytes: 4000, pressure: 0 },
};

/** An evaluator with the default limits, and a clock that moves five seconds with each reading. */
function aWatch(limits: { readonly overCurrent?: boolean } = {}) {
  const evaluate = createStressEvaluator(healthSchema.parse({ board: limits }).board);
  let nowMs = 1000;
  return {
    look(reading: Partial<StressReading>) {
      nowMs += LOOK_SECONDS * 1000;
      const verdict = evaluate({ ...CALM, ...reading }, nowMs);
      return Object.entries(verdict).flatMap(([code, subject]) => (subject === null ? [] : [code, subject]));
    },
    /** The seconds until the alarms are others than they were. */
    untilChange(reading: (look: number) => Partial<StressReading>) {
      const before = this.look(reading(0)).join();
      for (let look = 1; look <= 600; look += 1)
        if (this.look(reading(look)).join() !== before) return look * LOOK_SECONDS;
      return null;
    },
  };
}

const zones = (celsius: number | null, slowsAtCelsius: number | null = 99): readonly ThermalZone[] => [
  { name: 'cpu', celsius: 50, slowsAtCelsius: 99 },
  { name: 'tj', celsius, slowsAtCelsius },
];
const memory = (availableBytes: number, pressure = 0) => ({ totalBytes: 8000, availableBytes, pressure });
const events = (overCurrentEvents: number) => ({ ...CALM.cooling, overCurrentEvents });

describe('a board that is too hot', () => {
  it('counts after a minute of it, measured against its own limit, and names the hottest zone', () => {
    const watch = aWatch();

    expect(watch.untilChange(() => ({ zones: zones(94) }))).toBe(60);
    expect(watch.look({ zones: zones(94) })).toEqual(['BOARD_HOT', 'tj']);
  });

  it('is over a minute after it is three degrees cooler, and does not flutter in between', () => {
    const watch = aWatch();
    watch.untilChange(() => ({ zones: zones(95) }));

    expect(watch.untilChange((look) => ({ zones: zones(look % 2 ? 94 : 91.5) }))).toBeNull();
    expect(watch.untilChange(() => ({ zones: zones(90.9) }))).toBe(60);
  });

  it('is none for a moment, nor below its limit, nor where the zone sleeps', () => {
    const watch = aWatch();

    expect(watch.untilChange((look) => ({ zones: zones(look % 10 === 0 ? 60 : 97) }))).toBeNull();
    expect(watch.untilChange(() => ({ zones: zones(93.9) }))).toBeNull();
    expect(watch.untilChange(() => ({ zones: zones(null) }))).toBeNull();
  });

  it('is measured against the configured temperature where the zone names no limit', () => {
    expect(aWatch().untilChange(() => ({ zones: zones(94.9, null) }))).toBeNull();
    expect(aWatch().untilChange(() => ({ zones: zones(95, null) }))).toBe(60);
  });
});

describe('a board that throttles', () => {
  const slowed = (...slowedBy: string[]) => ({ cooling: { ...CALM.cooling, slowedBy } });

  it('counts when it throttles repeatedly, as the governor does it, and names the first device', () => {
    const watch = aWatch();

    const seconds = watch.untilChange((look) => slowed(...(look % 4 === 0 ? ['cpufreq-cpu0'] : [])));

    expect(seconds).toBe(120);
    expect(watch.look(slowed('devfreq-17000000.gpu'))).toEqual(['BOARD_SLOWED', 'cpufreq-cpu0']);
  });

  it('is over when it has not throttled for a minute', () => {
    const watch = aWatch();
    watch.untilChange(() => slowed('cpufreq-cpu0'));

    expect(watch.untilChange(() => ({}))).toBe(60);
  });

  it('is none for a single moment', () => {
    expect(aWatch().untilChange((look) => (look === 3 ? slowed('cpufreq-cpu0') : {}))).toBeNull();
  });
});

describe('a board that draws too much current', () => {
  it('counts while events continue, regardless of earlier ones', () => {
    const watch = aWatch();

    expect(watch.look({ cooling: events(27_390) })).toEqual([]);
    expect(watch.untilChange((look) => ({ cooling: events(27_391 + look) }))).toBe(120);
    expect(watch.look({ cooling: events(30_000) })).toEqual(['BOARD_OVER_CURRENT', 'supply']);
    expect(watch.untilChange(() => ({ cooling: events(30_000) }))).toBe(60);
  });

  it('does not take a restarted counter, or a driver that came up late, for an event', () => {
    const watch = aWatch();

    expect(watch.untilChange((look) => ({ cooling: events(100 - look / 10) }))).toBeNull();
  });

  it('is ignored if the hospital configured that its board always does', () => {
    const watch = aWatch({ overCurrent: false });

    expect(watch.untilChange((look) => ({ cooling: events(look) }))).toBeNull();
  });

  it('names the rail if the monitor of the rails provides it', () => {
    const watch = aWatch();
    const reading = { cooling: { ...CALM.cooling, overCurrentEvents: null, overCurrentRails: ['VDD_IN'] } };

    watch.untilChange(() => reading);

    expect(watch.look(reading)).toEqual(['BOARD_OVER_CURRENT', 'VDD_IN']);
  });
});

describe('memory that is short', () => {
  it('counts after a minute below its share, and is over with a fifth more', () => {
    const watch = aWatch();

    expect(watch.untilChange(() => ({ memory: memory(399) }))).toBe(60);
    expect(watch.untilChange(() => ({ memory: memory(479) }))).toBeNull();
    expect(watch.untilChange(() => ({ memory: memory(480) }))).toBe(60);
  });

  it('counts when everything waits for it, however much is reported as free', () => {
    const watch = aWatch();

    expect(watch.untilChange(() => ({ memory: memory(4000, 0.3) }))).toBe(60);
    expect(watch.untilChange(() => ({ memory: memory(4000, 0.16) }))).toBeNull();
    expect(watch.untilChange(() => ({ memory: memory(4000, 0.14) }))).toBe(60);
  });

  it('is ignored if the machine does not report it', () => {
    const unknown = { totalBytes: null, availableBytes: null, pressure: null };

    expect(aWatch().untilChange(() => ({ memory: unknown }))).toBeNull();
  });
});

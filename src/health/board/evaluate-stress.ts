import type { AlarmCode } from '../../contract/error-table.ts';
import type { Config } from '../../config/schema.ts';
import { createDebouncedCondition, type Observation } from './debounced-condition.ts';
import type { MemoryReading } from './read-memory.ts';
import type { StressReading } from './read-stress.ts';
import type { ThermalZone } from './read-thermal-zones.ts';

/** For each alarm about the board, the zone, device or rail that raises it; null: no alarm. */
export type StressState = Readonly<Record<AlarmCode<'board'>, string | null>>;

/** Overheating ends this many degrees below its limit. */
const RELIEF_CELSIUS = 3;
/** A memory shortage ends with a fifth more free memory, and memory pressure at half its limit. */
const RELIEF_MEMORY = 1.2;
const RELIEF_PRESSURE = 0.5;

/**
 * Returns a function that evaluates one reading after the other; `nowMs` is monotonic. Heat and memory count once they
 * have lasted for `holdSeconds`. Momentary events, such as the governor throttling and releasing a clock, count once
 * they have recurred for twice as long with gaps of at most `holdSeconds`; the alarm ends when none has happened for
 * that long.
 */
export function createStressEvaluator(
  limits: Config['health']['board'],
): (reading: StressReading, nowMs: number) => StressState {
  const holdMs = limits.holdSeconds * 1000;
  const hot = named(createDebouncedCondition({ raiseMs: holdMs, endMs: holdMs }));
  const memory = named(createDebouncedCondition({ raiseMs: holdMs, endMs: holdMs }));
  const slowed = recurring(holdMs);
  const overCurrent = recurring(holdMs);
  let eventsBefore: number | null = null;

  return ({ zones, cooling, memory: reading }, nowMs) => {
    const hottest = zones.toSorted((a, b) => overOf(b, limits) - overOf(a, limits))[0];
    const { slowedBy, overCurrentEvents: events, overCurrentRails: rails } = cooling;
    const happened = events !== null && eventsBefore !== null && events > eventsBefore;
    eventsBefore = events;
    return {
      BOARD_HOT: hot(heatOf(hottest, limits), hottest?.name ?? '', nowMs),
      BOARD_SLOWED: slowed(slowedBy.length > 0, slowedBy.join(', '), nowMs),
      BOARD_OVER_CURRENT: overCurrent(
        limits.overCurrent && (happened || rails.length > 0),
        rails.join(', ') || 'supply',
        nowMs,
      ),
      MEMORY_LOW: memory(shortageOf(reading, limits), 'memory', nowMs),
    };
  };
}

/** The subject stays the first one: an alarm whose subject changes would be reported again each time. */
function named(
  lasts: (observation: Observation, nowMs: number) => boolean,
): (observation: Observation, subject: string, nowMs: number) => string | null {
  let name: string | null = null;
  return (observation, subject, nowMs) => {
    name = lasts(observation, nowMs) ? (name ?? subject) : null;
    return name;
  };
}

function recurring(holdMs: number): (happens: boolean, subject: string, nowMs: number) => string | null {
  const lasting = named(createDebouncedCondition({ raiseMs: 2 * holdMs, endMs: 0 }));
  let last = { ms: -Infinity, subject: '' };
  return (happens, subject, nowMs) => {
    if (happens) last = { ms: nowMs, subject };
    return lasting(nowMs - last.ms <= holdMs ? 'present' : 'absent', last.subject, nowMs);
  };
}

/** Degrees above the limit of a zone, below 0 where it is cooler. */
function overOf({ celsius, slowsAtCelsius }: ThermalZone, limits: Config['health']['board']): number {
  if (celsius === null) return -Infinity;
  const limit = slowsAtCelsius === null ? limits.hotCelsius : slowsAtCelsius - limits.hotBelowSlowingCelsius;
  return celsius - limit;
}

function heatOf(hottest: ThermalZone | undefined, limits: Config['health']['board']): Observation {
  const over = hottest === undefined ? -Infinity : overOf(hottest, limits);
  if (over >= 0) return 'present';
  return over < -RELIEF_CELSIUS ? 'absent' : 'between';
}

function shortageOf(
  { totalBytes, availableBytes, pressure }: MemoryReading,
  limits: Config['health']['board'],
): Observation {
  const free = totalBytes === null || availableBytes === null ? Infinity : availableBytes / totalBytes;
  const minFree = limits.memoryLowPercent / 100;
  const waiting = pressure ?? 0;
  const maxWaiting = limits.memoryPressurePercent / 100;
  if (free < minFree || waiting >= maxWaiting) return 'present';
  const isRelieved = free >= minFree * RELIEF_MEMORY && waiting < maxWaiting * RELIEF_PRESSURE;
  return isRelieved ? 'absent' : 'between';
}

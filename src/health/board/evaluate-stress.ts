import type { AlarmCode } from '../../contract/error-table.ts';
import type { Config } from '../../config/schema.ts';
import { createDebouncedCondition, type Observation } from './debounced-condition.ts';
import type { MemoryReading } from './read-memory.ts';
import type { StressReading } from './read-stress.ts';
import type { ThermalZone } from './read-thermal-zones.ts';

/** By alarm about the board: the zone, device or rail that raises it; null: none. */
export type StressState = Readonly<Record<AlarmCode<'board'>, string | null>>;

/** Too hot is over when it is so many degrees cooler. */
const RELIEF_CELSIUS = 3;
/** Too little memory is over with a fifth more of it, and pressure when it is halved. */
const RELIEF_MEMORY = 1.2;
const RELIEF_PRESSURE = 0.5;

/**
 * Gives a function that judges one reading after the other; `nowMs` never jumps. Heat and memory count once they have
 * lasted for `holdSeconds`. What happens in moments, as the governor takes clocks away and gives them back, counts once
 * it came again and again for twice as long, no two of them further apart than `holdSeconds`; it is over when
 * nothing happened for that long.
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

/** The subject is the one it began with: an alarm whose subject changes is told anew each time. */
function named(
  lasts: (look: Observation, nowMs: number) => boolean,
): (look: Observation, subject: string, nowMs: number) => string | null {
  let name: string | null = null;
  return (look, subject, nowMs) => {
    name = lasts(look, nowMs) ? (name ?? subject) : null;
    return name;
  };
}

function recurring(holdMs: number): (happens: boolean, subject: string, nowMs: number) => string | null {
  const lasting = named(createDebouncedCondition({ raiseMs: 2 * holdMs, endMs: 0 }));
  let last = { ms: -Infinity, subject: '' };
  return (happens, subject, nowMs) => {
    if (happens) last = { ms: nowMs, subject };
    return lasting(nowMs - last.ms <= holdMs ? 'there' : 'gone', last.subject, nowMs);
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
  if (over >= 0) return 'there';
  return over < -RELIEF_CELSIUS ? 'gone' : 'between';
}

function shortageOf(
  { totalBytes, availableBytes, pressure }: MemoryReading,
  limits: Config['health']['board'],
): Observation {
  const free = totalBytes === null || availableBytes === null ? Infinity : availableBytes / totalBytes;
  const leastFree = limits.memoryLowPercent / 100;
  const waiting = pressure ?? 0;
  const mostWaiting = limits.memoryPressurePercent / 100;
  if (free < leastFree || waiting >= mostWaiting) return 'there';
  const isRelieved = free >= leastFree * RELIEF_MEMORY && waiting < mostWaiting * RELIEF_PRESSURE;
  return isRelieved ? 'gone' : 'between';
}

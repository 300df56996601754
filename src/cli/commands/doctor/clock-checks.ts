import { existsSync } from 'node:fs';
import type { Config } from '../../../config/schema.ts';
import { isBonewatchError } from '../../../contract/errors.ts';
import type { Check, CheckOutcome } from '../../../health/check.ts';
import { evaluateClock, type ClockFacts, type ClockFault } from '../../../health/clock/evaluate-clock.ts';
import { readSynchronised } from '../../../health/clock/read-synchronised.ts';
import { openStore } from '../../../store/open-store.ts';

const NOTHING = { lastPlausibleAt: null, implausibleSince: null };
const WHAT_TO_DO =
  'Set it, or name a time server in timesyncd.conf; if it is right, confirm it: bonewatch db accept-clock. Until then no record expires.';
const FAULTS: Readonly<Record<ClockFault, string>> = {
  early: 'The clock is years behind.',
  behind: 'The clock is behind times in the database.',
  ahead: 'The clock is later than it can be since the last time in the database.',
};

/** Compares the clock with the last time that the service recorded. */
export function clockChecks({ store: { path } }: Pick<Config, 'store'>): Check[] {
  return [{ name: 'recorded times', run: () => compareClock(path) }];
}

async function compareClock(path: string): Promise<CheckOutcome> {
  const recorded = readRecord(path);
  const isSynchronised = await readSynchronised();
  const fault = evaluateClock({ ...recorded, now: Date.now(), isWatched: false, isSynchronised });
  if (fault === null) return { state: 'ok', message: 'The clock agrees with the times in the database.' };
  return { state: 'failed', message: `${FAULTS[fault]} ${WHAT_TO_DO}` };
}

/** Nothing is known from a store that does not exist yet or cannot be read, which other checks report. */
function readRecord(path: string): Pick<ClockFacts, 'lastPlausibleAt' | 'implausibleSince'> {
  if (!existsSync(path)) return NOTHING;
  try {
    using store = openStore(path, { clock: Date, isReadOnly: true });
    return {
      lastPlausibleAt: store.milestones.read('clock-plausible-at'),
      implausibleSince: store.milestones.read('clock-implausible-since'),
    };
  } catch (error) {
    if (isBonewatchError(error)) return NOTHING;
    throw error;
  }
}

import { existsSync } from 'node:fs';
import { removedWards, wardSuccession } from '../alerts/move-alerts.ts';
import type { Config } from '../config/schema.ts';
import { isBonewatchError } from '../contract/errors.ts';
import { openStore } from '../store/open-store.ts';

/**
 * One sentence for each ward that has open alerts but is not configured any more and has no heir, with their case
 * codes and what to do. Empty if the store does not exist yet or cannot be read, which other checks report.
 */
export function describeRemovedWards({ store: { path }, wards }: Pick<Config, 'store' | 'wards'>): string[] {
  if (!existsSync(path)) return [];
  try {
    using store = openStore(path, { clock: Date, isReadOnly: true });
    const open = store.alerts.open();
    return removedWards(open, wardSuccession(wards)).map((ward) => {
      const cases = open.filter(({ place }) => place.ward === ward).map(({ caseRef }) => caseRef);
      return describe(ward, [...new Set(cases)]);
    });
  } catch (error) {
    if (isBonewatchError(error)) return [];
    throw error;
  }
}

function describe(ward: string, cases: readonly string[]): string {
  const what =
    cases.length === 1 ? 'an alert is open on it: case' : `${cases.length} alerts are open on it: cases`;
  return `Ward ${ward} is not configured, but ${what} ${cases.join(', ')}. Add ${ward} to wards[].formerly of the ward that takes over, or acknowledge them first.`;
}

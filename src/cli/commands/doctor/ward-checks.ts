import type { Config } from '../../../config/schema.ts';
import type { Check } from '../../../health/check.ts';
import { describeRemovedWards } from '../../removed-wards.ts';

/** Checks that every open alert is on a ward of the configuration, or on one that another ward takes over from. */
export function wardChecks(config: Pick<Config, 'store' | 'wards'>): Check[] {
  return [
    {
      name: 'wards',
      run() {
        const removed = describeRemovedWards(config);
        return removed.length === 0
          ? { state: 'ok', message: 'No open alert is on a ward that was removed.' }
          : { state: 'failed', message: removed.join(' ') };
      },
    },
  ];
}

import type { Config } from '../../../config/schema.ts';
import type { Check } from '../../../health/check.ts';
import type { MachineFault } from '../config/machine/machine-fault.ts';
import { machineFaults } from '../config/machine/machine-faults.ts';

/** Keys that have a check of their own, which explains more. */
const CHECKED_ELSEWHERE = ['store', 'screens.tls', 'models.active', 'models.directory'];

/** Checks the files that the configuration names: what `config check` reports about this machine. */
export function settingsCheck(config: Config): Check {
  return {
    name: 'settings',
    async run() {
      const faults = (await machineFaults(config)).filter((fault) => !isCheckedElsewhere(fault));
      if (faults.length === 0)
        return { state: 'ok', message: 'The files that the configuration names exist.' };
      const message = faults.map(({ path, message: what }) => `${path.join('.')}: ${what}`).join(' ');
      return { state: 'failed', message };
    },
  };
}

function isCheckedElsewhere({ path }: MachineFault): boolean {
  const key = path.join('.');
  return CHECKED_ELSEWHERE.some((one) => key === one || key.startsWith(`${one}.`));
}

import type { Config } from '../../../../config/schema.ts';
import { certificateFaults } from './certificate-faults.ts';
import { inboxFaults } from './inbox-faults.ts';
import { listenFaults } from './listen-faults.ts';
import type { MachineFault } from './machine-fault.ts';
import { modelFaults } from './model-faults.ts';
import { storeFaults } from './store-faults.ts';
import { wardFaults } from './ward-faults.ts';

/**
 * Everything that a valid configuration names but this machine lacks: folders, files, models, permissions; and wards that
 * it lacks although alerts are open on them.
 */
export async function machineFaults(config: Config): Promise<readonly MachineFault[]> {
  const faults = await Promise.all([
    inboxFaults(config),
    storeFaults(config),
    modelFaults(config),
    certificateFaults(config),
  ]);
  return [...faults.flat(), ...listenFaults(config), ...wardFaults(config)];
}

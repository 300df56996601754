import type { Config } from '../../../../config/schema.ts';
import { describeRemovedWards } from '../../../removed-wards.ts';
import type { MachineFault } from './machine-fault.ts';

/** Wards that were removed while alerts are open on them. */
export function wardFaults(config: Pick<Config, 'store' | 'wards'>): readonly MachineFault[] {
  return describeRemovedWards(config).map((message) => ({ path: ['wards'], message }));
}

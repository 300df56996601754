import { join } from 'node:path';
import { hwmonFolders, listSysfs, readSysfsNumber, readSysfsText } from './read-sysfs.ts';

/** The throttling and over-current state of the board. */
export interface CoolingReading {
  /** Names of the devices that throttle the board right now, such as `cpufreq-cpu0`; empty: none does. */
  readonly slowedBy: readonly string[];
  /** How often current or voltage was out of bounds since the start of the board, all causes together. */
  readonly overCurrentEvents: number | null;
  /** Labels of the rails that draw more than their critical limit right now, such as `VDD_IN`. */
  readonly overCurrentRails: readonly string[];
}

/**
 * Whether a cooling device throttles, as the kernel's frequency limits and NVIDIA's `…-throttle-alert` do. The fan does
 * not, nor does `hot-surface-alert`, which only warns from 70 °C on.
 */
export function isThrottling(type: string): boolean {
  return /^(thermal-)?(cpufreq|devfreq)-|-throttle-alert$/.test(type);
}

/** Reads the kernel's cooling devices, and the over-current counters and alarms of the power drivers. */
export async function readCooling(root: string): Promise<CoolingReading> {
  const [slowedBy, overCurrentEvents, overCurrentRails] = await Promise.all([
    readSlowing(root),
    readOverCurrentEvents(root),
    readOverCurrentRails(root),
  ]);
  return { slowedBy, overCurrentEvents, overCurrentRails };
}

async function readSlowing(root: string): Promise<readonly string[]> {
  const thermal = join(root, 'sys/class/thermal');
  const devices = (await listSysfs(thermal)).filter((name) => /^cooling_device\d+$/.test(name));
  const slowing = await Promise.all(
    devices.map(async (device) => {
      const type = await readSysfsText(join(thermal, device, 'type'));
      if (type === null || !isThrottling(type)) return [];
      const state = await readSysfsNumber(join(thermal, device, 'cur_state'));
      return state !== null && state > 0 ? [type] : [];
    }),
  );
  return slowing.flat().toSorted();
}

/**
 * `oc1_event_cnt` (voltage too low), `oc2` (current too high on average) and `oc3` (for an instant) of the hwmon device
 * `soctherm_oc`, on Orin and Thor.
 */
async function readOverCurrentEvents(root: string): Promise<number | null> {
  const counts: number[] = [];
  for (const folder of await hwmonFolders(root, 'soctherm_oc')) {
    for (const file of (await listSysfs(folder)).filter((node) => /^oc\d+_event_cnt$/.test(node))) {
      const count = await readSysfsNumber(join(folder, file));
      if (count !== null) counts.push(count);
    }
  }
  return counts.length === 0 ? null : counts.reduce((total, count) => total + count, 0);
}

/** The INA3221's `curr{n}_crit_alarm`, by the label of the rail. */
async function readOverCurrentRails(root: string): Promise<readonly string[]> {
  const rails: string[] = [];
  for (const folder of await hwmonFolders(root, 'ina3221')) {
    for (const file of await listSysfs(folder)) {
      const channel = /^curr(\d+)_crit_alarm$/.exec(file)?.[1];
      if (channel === undefined || (await readSysfsNumber(join(folder, file))) !== 1) continue;
      rails.push((await readSysfsText(join(folder, `in${channel}_label`))) ?? `channel ${channel}`);
    }
  }
  return rails.toSorted();
}

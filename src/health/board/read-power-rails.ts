import { join } from 'node:path';
import { hwmonFolders, listSysfs, readSysfsNumber, readSysfsText } from './read-sysfs.ts';

export interface PowerReading {
  /** The whole board: the rail VDD_IN, if the board has one. */
  readonly total: number | null;
  /** Watts by the rail's own label, such as `VDD_CPU_GPU_CV`. */
  readonly rails: Readonly<Record<string, number>>;
}

/** Reads the INA3221 power monitors through hwmon: `in{n}_label`, `in{n}_input` (mV) × `curr{n}_input` (mA). */
export async function readPowerRails(root: string): Promise<PowerReading> {
  const rails: Record<string, number> = {};
  for (const folder of await hwmonFolders(root, 'ina3221')) {
    for (const file of await listSysfs(folder)) {
      const channel = /^in(\d+)_label$/.exec(file)?.[1];
      if (channel === undefined) continue;
      const label = await readSysfsText(join(folder, file));
      const watts = await channelWatts(folder, channel);
      if (label !== null && watts !== null) rails[label] = watts;
    }
  }
  return { total: rails['VDD_IN'] ?? null, rails };
}

/** Null for a channel without a current, such as the chip's own sum of shunt voltages. */
async function channelWatts(folder: string, channel: string): Promise<number | null> {
  const millivolts = await readSysfsNumber(join(folder, `in${channel}_input`));
  const milliamperes = await readSysfsNumber(join(folder, `curr${channel}_input`));
  return millivolts === null || milliamperes === null ? null : (millivolts * milliamperes) / 1e6;
}

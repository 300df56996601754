import { readCooling, type CoolingReading } from './read-cooling.ts';
import { readMemory, type MemoryReading } from './read-memory.ts';
import { readThermalZones, type ThermalZone } from './read-thermal-zones.ts';

/** Stress on the machine: heat, over-current, too little memory. */
export interface StressReading {
  readonly zones: readonly ThermalZone[];
  readonly cooling: CoolingReading;
  readonly memory: MemoryReading;
}

/** Reads it from sysfs and procfs below `root`. Never throws; values that a machine lacks are null or missing. */
export async function readStress(root = '/'): Promise<StressReading> {
  const [zones, cooling, memory] = await Promise.all([
    readThermalZones(root),
    readCooling(root),
    readMemory(root),
  ]);
  return { zones, cooling, memory };
}

import { readCooling, type CoolingReading } from './read-cooling.ts';
import { readMemory, type MemoryReading } from './read-memory.ts';
import { readThermalZones, type ThermalZone } from './read-thermal-zones.ts';

/** What a machine suffers from: heat, too much current, too little memory. */
export interface StressReading {
  readonly zones: readonly ThermalZone[];
  readonly cooling: CoolingReading;
  readonly memory: MemoryReading;
}

/** Reads it from sysfs and procfs below `root`. Never throws; what a machine does not tell is null or missing. */
export async function readStress(root = '/'): Promise<StressReading> {
  const [zones, cooling, memory] = await Promise.all([
    readThermalZones(root),
    readCooling(root),
    readMemory(root),
  ]);
  return { zones, cooling, memory };
}

import { join } from 'node:path';
import { readSysfsText } from './read-sysfs.ts';

export interface MemoryReading {
  readonly totalBytes: number | null;
  readonly availableBytes: number | null;
  /** Share of the last 10 s in which something waited for memory, 0…1; null if the kernel does not measure it. */
  readonly pressure: number | null;
}

/** Reads the kernel's memory figures; CPU and GPU of a Jetson share the memory. */
export async function readMemory(root: string): Promise<MemoryReading> {
  const info = (await readSysfsText(join(root, 'proc/meminfo'))) ?? '';
  const pressure = (await readSysfsText(join(root, 'proc/pressure/memory'))) ?? '';
  const some = /^some avg10=([\d.]+)/m.exec(pressure)?.[1];
  return {
    totalBytes: memoryBytes(info, 'MemTotal'),
    availableBytes: memoryBytes(info, 'MemAvailable'),
    pressure: some === undefined ? null : Number(some) / 100,
  };
}

function memoryBytes(info: string, key: string): number | null {
  const kibibytes = new RegExp(`^${key}:\\s+(\\d+) kB$`, 'm').exec(info)?.[1];
  return kibibytes === undefined ? null : Number(kibibytes) * 1_024;
}

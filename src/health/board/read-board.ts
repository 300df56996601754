import { join } from 'node:path';
import { readClocks, type ClockReading } from './read-clocks.ts';
import { readCooling, type CoolingReading } from './read-cooling.ts';
import { readMemory, type MemoryReading } from './read-memory.ts';
import { readPowerMode, type PowerModeReading } from './read-power-mode.ts';
import { readPowerRails, type PowerReading } from './read-power-rails.ts';
import { listSysfs, readSysfsNumber, readSysfsText } from './read-sysfs.ts';
import { readThermalZones } from './read-thermal-zones.ts';

export interface BoardReading {
  /** As the device tree names it, for example `NVIDIA Jetson Orin NX Engineering Reference Developer Kit`. */
  readonly model: string | null;
  /** For example `36.4.3`; null if this is not a Jetson. */
  readonly l4tRelease: string | null;
  /** 0…1; null on a board that does not provide it in sysfs. */
  readonly gpuLoad: number | null;
  /** By zone, such as `cpu`, `gpu`, `tj`; null for a zone that cannot be read, which is normal while it sleeps. */
  readonly temperaturesCelsius: Readonly<Record<string, number | null>>;
  readonly powerWatts: PowerReading;
  readonly powerMode: PowerModeReading;
  readonly clocks: ClockReading;
  readonly cooling: CoolingReading;
  readonly memory: MemoryReading;
}

/**
 * Reads what a Jetson shows to every user in sysfs and procfs. Never throws: values that a board lacks are null.
 * Nodes may appear late, so nothing is cached between readings.
 */
export async function readBoard(root = '/'): Promise<BoardReading> {
  const [model, release, gpuLoad, zones, powerWatts, powerMode, clocks, cooling, memory] = await Promise.all([
    readSysfsText(join(root, 'proc/device-tree/model')),
    readSysfsText(join(root, 'etc/nv_tegra_release')),
    readGpuLoad(root),
    readThermalZones(root),
    readPowerRails(root),
    readPowerMode(root),
    readClocks(root),
    readCooling(root),
    readMemory(root),
  ]);
  return {
    ...{ model, gpuLoad, powerWatts, powerMode, clocks, cooling, memory },
    l4tRelease: parseRelease(release),
    temperaturesCelsius: Object.fromEntries(zones.map(({ name, celsius }) => [name, celsius])),
  };
}

/** The temperature of the hottest zone; null if none can be read. */
export function hottestCelsius({ temperaturesCelsius }: BoardReading): number | null {
  const known = Object.values(temperaturesCelsius).flatMap((celsius) => celsius ?? []);
  return known.length === 0 ? null : Math.max(...known);
}

/** `# R36 (release), REVISION: 4.3, GCID: …` is 36.4.3. */
function parseRelease(text: string | null): string | null {
  const match = /^# R(\d+) \(release\), REVISION: ([\d.]+)/.exec(text ?? '');
  return match ? `${match[1]}.${match[2]}` : null;
}

async function readGpuLoad(root: string): Promise<number | null> {
  const devfreq = join(root, 'sys/class/devfreq');
  const aliases = (await listSysfs(devfreq)).filter((name) => name.includes('gpu'));
  const candidates = [
    join(root, 'sys/devices/platform/gpu.0/load'),
    ...aliases.map((name) => join(devfreq, name, 'device/load')),
  ];
  for (const candidate of candidates) {
    const perMille = await readSysfsNumber(candidate);
    if (perMille !== null) return Math.min(1, Math.max(0, perMille / 1_000));
  }
  return null;
}

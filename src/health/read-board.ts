import { join } from 'node:path';
import { readPowerRails } from './read-power-rails.ts';
import type { PowerReading } from './read-power-rails.ts';
import { listSysfs, readSysfsNumber, readSysfsText } from './read-sysfs.ts';

export interface BoardReading {
  /** As the device tree names it, for example `NVIDIA Jetson Orin NX Engineering Reference Developer Kit`. */
  readonly model: string | null;
  /** For example `36.4.3`; null where this is no Jetson. */
  readonly l4tRelease: string | null;
  /** 0…1; null on a board that does not tell through sysfs. */
  readonly gpuLoad: number | null;
  /** By zone, such as `cpu`, `gpu`, `tj`; null for a zone that does not answer, which is normal when it sleeps. */
  readonly temperaturesCelsius: Readonly<Record<string, number | null>>;
  readonly powerWatts: PowerReading;
  readonly memory: {
    readonly totalBytes: number | null;
    readonly availableBytes: number | null;
    /** Share of the last 10 s in which something waited for memory, 0…1. */
    readonly pressure: number | null;
  };
}

/**
 * Reads what a Jetson tells any user through sysfs and procfs. Never throws: what a board does not have is null.
 * Nodes may appear late, so nothing is remembered between readings.
 */
export async function readBoard(root = '/'): Promise<BoardReading> {
  const [model, release, gpuLoad, temperaturesCelsius, powerWatts, memory] = await Promise.all([
    readSysfsText(join(root, 'proc/device-tree/model')),
    readSysfsText(join(root, 'etc/nv_tegra_release')),
    readGpuLoad(root),
    readTemperatures(root),
    readPowerRails(root),
    readMemory(root),
  ]);
  return { model, l4tRelease: parseRelease(release), gpuLoad, temperaturesCelsius, powerWatts, memory };
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

async function readTemperatures(root: string): Promise<Record<string, number | null>> {
  const thermal = join(root, 'sys/class/thermal');
  const temperatures: Record<string, number | null> = {};
  for (const zone of (await listSysfs(thermal)).filter((name) => /^thermal_zone\d+$/.test(name))) {
    const type = await readSysfsText(join(thermal, zone, 'type'));
    if (type === null) continue;
    const milliCelsius = await readSysfsNumber(join(thermal, zone, 'temp'));
    temperatures[type.toLowerCase().replace(/-therm(al)?$/, '')] = plausibleCelsius(milliCelsius);
  }
  return temperatures;
}

/** A zone that is powered off answers with a number no board survives, such as -256 °C. */
function plausibleCelsius(milliCelsius: number | null): number | null {
  if (milliCelsius === null || milliCelsius < -55_000 || milliCelsius > 200_000) return null;
  return milliCelsius / 1_000;
}

async function readMemory(root: string): Promise<BoardReading['memory']> {
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

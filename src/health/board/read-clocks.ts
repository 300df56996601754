import { join } from 'node:path';
import { listSysfs, readSysfsNumber, readSysfsText } from './read-sysfs.ts';

/** The clock of a processor, in hertz; null: unknown. */
export interface Clock {
  readonly currentHertz: number | null;
  /** The current bounds, set by the power mode and `jetson_clocks`. */
  readonly minHertz: number | null;
  readonly maxHertz: number | null;
  /** The maximum of the processor itself. */
  readonly possibleHertz: number | null;
}

export interface ClockReading {
  /** Of the fastest core. */
  readonly cpu: Clock | null;
  readonly gpu: Clock | null;
}

/** Reads the clocks of CPU (cpufreq) and GPU (devfreq: `17000000.gpu` on Orin, `gpu-gpc-0` on Thor). */
export async function readClocks(root: string): Promise<ClockReading> {
  const [cpu, gpu] = await Promise.all([readCpuClock(root), readGpuClock(root)]);
  return { cpu, gpu };
}

async function readCpuClock(root: string): Promise<Clock | null> {
  const folder = join(root, 'sys/devices/system/cpu');
  const cores = (await listSysfs(folder)).filter((name) => /^cpu\d+$/.test(name));
  const clocks = await Promise.all(cores.map((core) => readCoreClock(join(folder, core, 'cpufreq'))));
  const known = clocks.filter(isKnown);
  return known.toSorted((a, b) => (b.possibleHertz ?? 0) - (a.possibleHertz ?? 0))[0] ?? null;
}

async function readCoreClock(folder: string): Promise<Clock> {
  const hertz = async (node: string): Promise<number | null> => {
    const kilohertz = await readSysfsNumber(join(folder, node));
    return kilohertz === null ? null : kilohertz * 1_000;
  };
  return {
    currentHertz: await hertz('scaling_cur_freq'),
    minHertz: await hertz('scaling_min_freq'),
    maxHertz: await hertz('scaling_max_freq'),
    possibleHertz: await hertz('cpuinfo_max_freq'),
  };
}

async function readGpuClock(root: string): Promise<Clock | null> {
  const devfreq = join(root, 'sys/class/devfreq');
  for (const name of (await listSysfs(devfreq)).filter((alias) => alias.includes('gpu'))) {
    const folder = join(devfreq, name);
    const steps = ((await readSysfsText(join(folder, 'available_frequencies'))) ?? '').match(/\d+/g);
    const clock = {
      currentHertz: await readSysfsNumber(join(folder, 'cur_freq')),
      minHertz: await readSysfsNumber(join(folder, 'min_freq')),
      maxHertz: await readSysfsNumber(join(folder, 'max_freq')),
      possibleHertz: steps === null ? null : Math.max(...steps.map(Number)),
    };
    if (isKnown(clock)) return clock;
  }
  return null;
}

function isKnown({ currentHertz, maxHertz }: Clock): boolean {
  return currentHertz !== null || maxHertz !== null;
}

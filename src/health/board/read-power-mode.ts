import { join } from 'node:path';
import { parsePowerModes, strongestPowerMode, type PowerMode } from './parse-power-modes.ts';
import { readSysfsText } from './read-sysfs.ts';

export interface PowerModeReading {
  /** The mode that was last set; null if unknown, or if this is not a Jetson. */
  readonly current: PowerMode | null;
  /** The fastest mode of this board; null if its list of modes does not indicate it. */
  readonly strongest: PowerMode | null;
}

/**
 * Reads the world-readable files of `nvpmodel`: the mode in `/var/lib/nvpmodel/status`
 * (`pmode:0002 fmode:quiet`), the names in `/etc/nvpmodel.conf`. So the service need not run it.
 */
export async function readPowerMode(root: string): Promise<PowerModeReading> {
  const [status, conf] = await Promise.all([
    readSysfsText(join(root, 'var/lib/nvpmodel/status')),
    readSysfsText(join(root, 'etc/nvpmodel.conf')),
  ]);
  const modes = parsePowerModes(conf ?? '');
  const number = /\bpmode:(\d+)/.exec(status ?? '')?.[1];
  const current =
    number === undefined
      ? null
      : (modes.find((mode) => mode.number === Number(number)) ?? { number: Number(number), name: null });
  return { current, strongest: strongestPowerMode(modes) };
}

/** The mode for display: its name, or its number if it has none; null if unknown. */
export function powerModeName({ current }: PowerModeReading): string | null {
  return current && (current.name ?? String(current.number));
}

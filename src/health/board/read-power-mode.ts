import { join } from 'node:path';
import { parsePowerModes, strongestPowerMode, type PowerMode } from './parse-power-modes.ts';
import { readSysfsText } from './read-sysfs.ts';

export interface PowerModeReading {
  /** The mode that was last set; null where the board does not tell, or is no Jetson. */
  readonly current: PowerMode | null;
  /** The strongest this board has; null where its list of modes does not tell. */
  readonly strongest: PowerMode | null;
}

/**
 * Reads what `nvpmodel` keeps in files that anybody may read: the mode in `/var/lib/nvpmodel/status`
 * (`pmode:0002 fmode:quiet`), the names in `/etc/nvpmodel.conf`. So the service needs not run it.
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

/** The mode as people call it: its name, or its number where it has none; null where it is unknown. */
export function powerModeName({ current }: PowerModeReading): string | null {
  return current && (current.name ?? String(current.number));
}

import { statfs } from 'node:fs/promises';
import type { Config } from '../config/schema.ts';
import type { Check, CheckOutcome } from './check.ts';

export interface DiskSpace {
  readonly freeBytes: number;
  readonly totalBytes: number;
}

export interface DiskLimits {
  /** Below this an administrator should act: degraded. */
  readonly lowBytes: number;
  /** Below this results can soon no longer be stored: failed. */
  readonly criticalBytes: number;
}

export interface DiskGuard {
  readonly check: Check;
  readonly read: () => Promise<DiskSpace>;
}

const MEBIBYTE = 1024 ** 2;
const GIBIBYTE = 1024 ** 3;

/** The watermarks of a configuration, in bytes. */
export function diskLimits({ lowMegabytes, criticalMegabytes }: Config['store']['disk']): DiskLimits {
  return { lowBytes: lowMegabytes * MEBIBYTE, criticalBytes: criticalMegabytes * MEBIBYTE };
}

/** Checks the free space of the filesystem that holds `folder`, as available to an unprivileged account. */
export function createDiskGuard(folder: string, limits: DiskLimits): DiskGuard {
  async function read(): Promise<DiskSpace> {
    const { bavail, blocks, bsize } = await statfs(folder);
    return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
  }
  return { read, check: { name: 'disk', run: async () => evaluateDiskSpace(await read(), limits) } };
}

/** ok, low (degraded) or critical (failed), with the free space as text. */
export function evaluateDiskSpace({ freeBytes, totalBytes }: DiskSpace, limits: DiskLimits): CheckOutcome {
  const space = `${(freeBytes / GIBIBYTE).toFixed(1)} of ${(totalBytes / GIBIBYTE).toFixed(1)} GiB free`;
  if (freeBytes < limits.criticalBytes) {
    return { state: 'failed', message: `The disk of the store is nearly full: ${space}.` };
  }
  if (freeBytes < limits.lowBytes) {
    return { state: 'degraded', message: `The disk of the store is getting full: ${space}.` };
  }
  return { state: 'ok', message: `The disk of the store has room: ${space}.` };
}

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Whether filesystems can be mounted here; if not, prints which tests are skipped and why. */
export function mountAvailable(tests: string): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'bonewatch-mount-'));
  try {
    mountTmpfs(folder, '1m');
    unmount(folder);
    return true;
  } catch {
    console.warn(`skipped: ${tests}: filesystems cannot be mounted here (needs root)`);
    return false;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A small filesystem in memory. */
export function mountTmpfs(folder: string, size: string): void {
  mkdirSync(folder, { recursive: true });
  run('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder]);
}

/** Bind-mounts a folder over another, like a share mounted there. */
export function mountBind(from: string, to: string, access: 'rw' | 'ro' = 'rw'): void {
  run('mount', ['--bind', from, to]);
  if (access === 'ro') run('mount', ['-o', 'remount,bind,ro', to]);
}

export function unmount(folder: string): void {
  run('umount', ['-l', folder]);
}

function run(program: string, args: readonly string[]): void {
  execFileSync(program, args, { stdio: 'pipe' });
}

import { execFileSync } from 'node:child_process';

/** Whether a program is installed; if not, prints which tests are skipped and why. */
export function toolAvailable(tool: string, tests: string): boolean {
  try {
    execFileSync('/bin/sh', ['-c', 'command -v "$1"', 'sh', tool], { stdio: 'ignore' });
    return true;
  } catch {
    console.warn(`skipped: ${tests}: ${tool} is not installed`);
    return false;
  }
}

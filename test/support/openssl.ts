import { execFileSync } from 'node:child_process';

/** Whether the openssl program is there; a test without it is skipped with the way to install it. */
export function opensslAvailable(what: string): boolean {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    console.warn(`skipped: ${what}: openssl is not installed (Debian: apt-get install openssl)`);
    return false;
  }
}

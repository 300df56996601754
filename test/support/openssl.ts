import { execFileSync } from 'node:child_process';

/** Whether openssl is installed; if not, prints which tests are skipped and how to install it. */
export function opensslAvailable(what: string): boolean {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    console.warn(`skipped: ${what}: openssl is not installed (Debian: apt-get install openssl)`);
    return false;
  }
}

import { readFileSync } from 'node:fs';

/** The account that the service runs under. */
export const ACCOUNT = 'bonewatch';

/** The uid of the service's account; null if there is none, as in a checkout. */
export function accountId(accounts = '/etc/passwd'): number | null {
  try {
    const line = readFileSync(accounts, 'utf8')
      .split('\n')
      .find((entry) => entry.startsWith(`${ACCOUNT}:`));
    return line === undefined ? null : Number(line.split(':')[2]);
  } catch {
    return null;
  }
}

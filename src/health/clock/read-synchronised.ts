import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const ANSWER_MS = 2_000;

/** Whether the clock of this machine is synchronised with a time server, as systemd reports it; null: unknown. */
export async function readSynchronised(): Promise<boolean | null> {
  try {
    const { stdout } = await promisify(execFile)(
      'timedatectl',
      ['show', '--property=NTPSynchronized', '--value'],
      { timeout: ANSWER_MS },
    );
    const answer = stdout.trim();
    return answer === 'yes' ? true : answer === 'no' ? false : null;
  } catch {
    return null;
  }
}

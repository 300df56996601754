import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Check, CheckOutcome } from '../../health/check.ts';
import { readBoard } from '../../health/read-board.ts';
import { readHost } from '../../health/read-host.ts';

const run = promisify(execFile);

/** Clocks before this are wrong: the program is not that old. */
const EARLIEST = Date.parse('2026-01-01');

/** The machine itself: what it is, its clock, the state of the service. */
export function machineChecks(): Check[] {
  return [
    { name: 'machine', run: machine },
    { name: 'clock', run: clock },
    { name: 'service', run: service },
  ];
}

async function machine(): Promise<CheckOutcome> {
  const [board, host] = await Promise.all([readBoard(), readHost()]);
  const memory = (host.memoryAvailableBytes / 1024 ** 3).toFixed(1);
  const name = board.model ?? `${host.system}, ${host.processor}`;
  const l4t = board.l4tRelease === null ? '' : `, L4T ${board.l4tRelease}`;
  const message = `${name}${l4t}, ${host.architecture}, ${host.cores} cores, ${memory} GiB memory available, Node ${process.versions.node}`;
  return { state: 'ok', message };
}

async function clock(): Promise<CheckOutcome> {
  if (Date.now() < EARLIEST)
    return { state: 'failed', message: 'The clock is years behind. Set it, or connect an NTP server.' };
  const asked = await output('timedatectl', ['show', '--property=NTPSynchronized', '--value']);
  if (asked === 'yes') return { state: 'ok', message: 'Synchronised.' };
  if (asked === null)
    return { state: 'degraded', message: 'Whether the clock is synchronised cannot be told here.' };
  return {
    state: 'degraded',
    message: 'Not synchronised: times on the wards drift. Name the hospital’s NTP server in timesyncd.conf.',
  };
}

async function service(): Promise<CheckOutcome> {
  const state = await output('systemctl', ['is-active', 'bonewatch.service']);
  if (state === 'active') return { state: 'ok', message: 'bonewatch.service is running.' };
  if (state === null) return { state: 'ok', message: 'No systemd here; nothing to check.' };
  const message = `bonewatch.service is ${state}. Start it with: systemctl start bonewatch; look with: journalctl -u bonewatch`;
  return { state: 'degraded', message };
}

/** What a command prints, trimmed, whatever its exit status; null when it cannot be run or prints nothing. */
async function output(command: string, args: readonly string[]): Promise<string | null> {
  const { stdout } = await run(command, [...args], { timeout: 3000 }).catch((error: unknown) =>
    typeof error === 'object' && error !== null && 'stdout' in error
      ? { stdout: String(error.stdout) }
      : { stdout: '' },
  );
  return stdout.trim() === '' ? null : stdout.trim();
}

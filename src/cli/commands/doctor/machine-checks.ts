import type { Check, CheckOutcome } from '../../../health/check.ts';
import { jetpackOf } from '../../../health/board/jetpack-of.ts';
import { readBoard } from '../../../health/board/read-board.ts';
import { readHost } from '../../../health/board/read-host.ts';
import { EARLIEST_CLOCK } from '../../../health/clock/evaluate-clock.ts';
import { readSynchronised } from '../../../health/clock/read-synchronised.ts';
import { runProgram } from './run-program.ts';

/** Checks the machine: its board, its clock, the state of the service. `root`: where its sysfs and files are. */
export function machineChecks(root = '/'): Check[] {
  return [
    { name: 'machine', run: () => machine(root) },
    { name: 'clock', run: clock },
    { name: 'service', run: service },
  ];
}

async function machine(root: string): Promise<CheckOutcome> {
  const [{ model, l4tRelease }, host] = await Promise.all([readBoard(root), readHost()]);
  const memory = (host.memoryAvailableBytes / 1024 ** 3).toFixed(1);
  const name = model ?? `${host.system}, ${host.processor}`;
  const rest = `${host.architecture}, ${host.cores} cores, ${memory} GiB memory available, Node ${process.versions.node}`;
  if (l4tRelease === null) return { state: 'ok', message: `${name}, ${rest}` };
  const jetpack = jetpackOf(l4tRelease);
  const message = `${name}, JetPack ${jetpack ?? 'unknown'} (L4T ${l4tRelease}), ${rest}`;
  if (jetpack !== null && /^[67]\./.test(jetpack)) return { state: 'ok', message };
  const advice = 'Bonewatch was made for JetPack 6 and 7; with another the CPU may be all that serves.';
  return { state: 'degraded', message: `${message}. ${advice}` };
}

async function clock(): Promise<CheckOutcome> {
  if (Date.now() < EARLIEST_CLOCK)
    return { state: 'failed', message: 'The clock is years behind. Set it, or connect an NTP server.' };
  const isSynchronised = await readSynchronised();
  if (isSynchronised === true) return { state: 'ok', message: 'Synchronised.' };
  if (isSynchronised === null)
    return { state: 'degraded', message: 'The synchronisation of the clock cannot be checked here.' };
  return {
    state: 'degraded',
    message: 'Not synchronised: times on the wards drift. Name the hospital’s NTP server in timesyncd.conf.',
  };
}

async function service(): Promise<CheckOutcome> {
  const state = await runProgram('systemctl', 'is-active', 'bonewatch.service');
  if (state === 'active') return { state: 'ok', message: 'bonewatch.service is running.' };
  if (state === null) return { state: 'ok', message: 'No systemd here; nothing to check.' };
  const message = `bonewatch.service is ${state}. Start it with: systemctl start bonewatch; see: journalctl -u bonewatch`;
  return { state: 'degraded', message };
}

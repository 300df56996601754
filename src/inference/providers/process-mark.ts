import { readFile } from 'node:fs/promises';

/** The start time, in ticks since the boot, counted behind the name in parentheses; see proc(5). */
const START_TIME = 19;

/**
 * What tells a running process from a later one with the same number: `<pid>-<start>`. Null where none runs, or where it
 * is none of this account's business.
 */
export async function processMark(pid: number): Promise<string | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const start = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[START_TIME];
  return start === undefined ? null : `${pid}-${start}`;
}

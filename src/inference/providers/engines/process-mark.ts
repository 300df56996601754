import { readFile } from 'node:fs/promises';

/** Of the fields behind the name in parentheses: the state, and the start time in ticks since the boot; see proc(5). */
const [STATE, START_TIME] = [0, 19];
/** Ended, but nobody has asked how yet; with an init that does not ask it stays so for ever. */
const ENDED = ['Z', 'X'];

/**
 * What tells a running process from a later one with the same number: `<pid>-<start>`. Null where none runs, or where it
 * is none of this account's business.
 */
export async function processMark(pid: number): Promise<string | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, start] = [fields[STATE] ?? '', fields[START_TIME]];
  return start === undefined || ENDED.includes(state) ? null : `${pid}-${start}`;
}

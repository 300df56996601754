import { readFile } from 'node:fs/promises';

/** Indices after the name in parentheses: the state, and the start time in ticks since boot; see proc(5). */
const [STATE, START_TIME] = [0, 19];
/** Zombie or dead: ended, but not reaped by its parent; under an init that does not reap it stays so forever. */
const ENDED = ['Z', 'X'];

/**
 * Distinguishes a running process from a later one with the same PID: `<pid>-<start>`. Null where none runs, or where
 * this account may not read it.
 */
export async function processMark(pid: number): Promise<string | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, start] = [fields[STATE] ?? '', fields[START_TIME]];
  return start === undefined || ENDED.includes(state) ? null : `${pid}-${start}`;
}

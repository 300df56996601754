import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
/** The loader takes seconds to search the libraries of CUDA on a slow disk. */
const ANSWER_MS = 10_000;

/** Runs another program; the checks reach the system through it. */
export type RunProgram = (program: string, ...args: readonly string[]) => Promise<string | null>;

/** The trimmed output of a program with any exit status; null if it cannot be run or prints nothing. */
export const runProgram: RunProgram = async (program, ...args) => {
  const { stdout } = await run(program, [...args], { timeout: ANSWER_MS }).catch((error: unknown) =>
    typeof error === 'object' && error !== null && 'stdout' in error
      ? { stdout: String(error.stdout) }
      : { stdout: '' },
  );
  return stdout.trim() === '' ? null : stdout.trim();
};

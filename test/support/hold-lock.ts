import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface HeldLock extends AsyncDisposable {
  readonly pid: number;
  release(): Promise<void>;
}

const PROGRAM = `
import Database from ${JSON.stringify(import.meta.resolve('better-sqlite3'))};
const database = new Database(process.argv[1]);
database.exec('BEGIN EXCLUSIVE');
console.log('locked');
setInterval(() => undefined, 1000);
`;

/** Locks a database in a second process, as `sqlite3` with BEGIN EXCLUSIVE or a backup tool does. */
export async function holdLock(path: string): Promise<HeldLock> {
  const args = ['--input-type=module', '-e', PROGRAM, path];
  const cwd = fileURLToPath(new URL('../..', import.meta.url));
  const holder = spawn(process.execPath, args, { cwd, stdio: ['ignore', 'pipe', 'inherit'] });
  await once(createInterface({ input: holder.stdout }), 'line');
  const release = async (): Promise<void> => {
    if (holder.exitCode !== null || holder.signalCode !== null) return;
    const ended = once(holder, 'exit');
    holder.kill('SIGKILL');
    await ended;
  };
  return { pid: holder.pid ?? 0, release, [Symbol.asyncDispose]: release };
}

import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { Writable } from 'node:stream';
import { BonewatchError } from '../../../contract/errors.ts';

/**
 * A new password: the first line of a file (`-`: of standard input), or typed twice, without echo, at a terminal. Never from
 * the command line, where every user of the machine could read it.
 */
export async function readPassword(file: string | undefined): Promise<string> {
  if (file !== undefined && file !== '-') return firstLine(await readNamed(file));
  if (file === '-' || !process.stdin.isTTY) return firstLine(await text(process.stdin));
  const password = await askUnseen('Password: ');
  if ((await askUnseen('Once more: ')) === password) return password;
  throw new BonewatchError('USER_INVALID', 'The two passwords differ.');
}

async function readNamed(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new BonewatchError('PATH_NOT_FOUND', `${file} cannot be read.`, { cause });
  }
}

function firstLine(content: string): string {
  return content.split(/\r?\n/, 1)[0] ?? '';
}

async function askUnseen(question: string): Promise<string> {
  process.stderr.write(question);
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  try {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    lines.once('line', resolve);
    lines.once('close', () => reject(new BonewatchError('USER_INVALID', 'No password was given.')));
    return await promise;
  } finally {
    lines.close();
    process.stderr.write('\n');
  }
}

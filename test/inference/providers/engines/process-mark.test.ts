import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { processMark } from '../../../../src/inference/providers/engines/process-mark.ts';
import { waitUntil } from '../../../support/wait-until.ts';

it('is the same for a process at any time, and no other has it', async () => {
  const own = await processMark(process.pid);

  expect(own).toMatch(new RegExp(`^${process.pid}-\\d+$`));
  expect(await processMark(process.pid)).toBe(own);
  expect(await processMark(process.ppid)).not.toBe(own);
});

it('is none for a process that is over, even where nobody has asked how it ended', async () => {
  // A shell that becomes a program which never asks after its child.
  const parent = spawn('sh', ['-c', 'sleep 2 & echo $!; exec sleep 60'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(parent.stdout, 'data')) as [Buffer];
  const child = Number(line.toString());
  await waitUntil('the child is a zombie', () => (/\) Z /.test(statOf(child)) ? true : undefined));

  const mark = await processMark(child);
  parent.kill('SIGKILL');

  expect(mark).toBeNull();
  expect(await processMark(2 ** 22 + 1)).toBeNull();
});

function statOf(pid: number): string {
  return readFileSync(`/proc/${pid}/stat`, 'utf8');
}

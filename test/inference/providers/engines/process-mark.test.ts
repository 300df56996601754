import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { processMark } from '../../../../src/inference/providers/engines/process-mark.ts';
import { waitUntil } from '../../../support/wait-until.ts';

it('the mark of a process is constant and unique', async () => {
  const own = await processMark(process.pid);

  expect(own).toMatch(new RegExp(`^${process.pid}-\\d+$`));
  expect(await processMark(process.pid)).toBe(own);
  expect(await processMark(process.ppid)).not.toBe(own);
});

it('an ended process has no mark, even while it is a zombie', async () => {
  // A shell replaced by a program that never waits for its child.
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

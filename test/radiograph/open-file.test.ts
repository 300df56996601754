import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { inspectFile } from '../../src/radiograph/inspect-file.ts';

let base: string;
let folder: string;

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'bonewatch-open-'));
  folder = join(base, 'inbox');
  for (const path of ['inbox/study', 'outside']) mkdirSync(join(base, path), { recursive: true });
  writeFileSync(join(folder, 'study/a.dcm'), 'inside');
  writeFileSync(join(base, 'outside/a.dcm'), 'outside');
});
afterEach(() => rmSync(base, { recursive: true }));

function inspect(path: string) {
  return inspectFile({ folder, path });
}

describe('a file inside a folder that others write to', () => {
  it('is read, also where the folder itself is reached through a link', async () => {
    symlinkSync(folder, join(base, 'link'));

    expect((await inspect('study/a.dcm')).sizeBytes).toBe(6);
    expect((await inspectFile({ folder: join(base, 'link'), path: 'study/a.dcm' })).sizeBytes).toBe(6);
  });

  it('is not read through a link to a file or to a folder', async () => {
    symlinkSync(join(base, 'outside/a.dcm'), join(folder, 'link.dcm'));
    symlinkSync('a.dcm', join(folder, 'study/own.dcm'));
    symlinkSync(join(base, 'outside'), join(folder, 'swapped'));

    for (const path of ['link.dcm', 'study/own.dcm', 'swapped/a.dcm'])
      await expect(inspect(path)).rejects.toMatchObject({ code: 'FILE_NOT_REGULAR' });
  });

  it('is not read in another folder that takes its name', async () => {
    renameSync(join(folder, 'study'), join(folder, 'elsewhere'));
    symlinkSync('elsewhere', join(folder, 'study'));

    await expect(inspect('study/a.dcm')).rejects.toMatchObject({ code: 'FILE_VANISHED' });
  });

  it('is not a pipe, which would wait for a writer', async () => {
    execFileSync('mkfifo', [join(folder, 'pipe.dcm')]);

    await expect(inspect('pipe.dcm')).rejects.toMatchObject({ code: 'FILE_NOT_REGULAR' });
  });
});

import {
  existsSync,
  linkSync,
  lstatSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CANARY, createCanary } from '../../../src/watcher/events/canary.ts';

let folder: string;
let canary: string;
let victim: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bonewatch-canary-'));
  canary = join(folder, CANARY);
  victim = join(folder, 'victim');
  writeFileSync(victim, 'the database');
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('the canary in a folder that others write to', () => {
  it('exists as long as it is held', async () => {
    {
      await using _held = await createCanary(folder);
      expect(lstatSync(canary).isFile()).toBe(true);
    }

    expect(existsSync(canary)).toBe(false);
  });

  it('does not follow a link of its name, which stays as it is', async () => {
    symlinkSync(victim, canary);

    await expect(createCanary(folder)).rejects.toMatchObject({ code: 'EEXIST' });

    expect(lstatSync(canary).isSymbolicLink()).toBe(true);
    expect(readFileSync(victim, 'utf8')).toBe('the database');
  });

  it('neither changes nor removes a file of its name that is not its own', async () => {
    linkSync(victim, canary);
    await expect(createCanary(folder)).rejects.toMatchObject({ code: 'EEXIST' });
    expect(readFileSync(canary, 'utf8')).toBe('the database');
  });

  it('removes only what it created', async () => {
    {
      await using _held = await createCanary(folder);
      rmSync(canary);
      writeFileSync(canary, 'of another program');
    }

    expect(readFileSync(canary, 'utf8')).toBe('of another program');
  });

  it('replaces what a power cut left behind', async () => {
    const held = await createCanary(folder);
    const leftOver = readFileSync(canary);
    await held[Symbol.asyncDispose]();
    writeFileSync(canary, leftOver.subarray(0, 20));

    {
      await using _again = await createCanary(folder);
      expect(readFileSync(canary)).toEqual(leftOver);
    }
    expect(existsSync(canary)).toBe(false);
  });
});

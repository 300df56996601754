import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dropPhantom } from '../../../../src/cli/commands/demo/drop-phantom.ts';
import { isBonewatchError } from '../../../../src/contract/errors.ts';
import { phantomName } from '../../../../src/phantom/phantom-set.ts';
import { toolAvailable } from '../../../support/tool-available.ts';

const SWAPPER = fileURLToPath(new URL('../../../support/swap-phantom-folders.py', import.meta.url));
const PHANTOM = { kind: 'hand', seed: 1, isFractured: false, width: 64, height: 64 } as const;
const FILE = `${phantomName(PHANTOM)}.dcm`;

let inbox: string;
let outside: string;

beforeEach(() => {
  const base = mkdtempSync(join(tmpdir(), 'bonewatch-drop-'));
  inbox = join(base, 'inbox');
  outside = join(base, 'outside');
  for (const folder of [inbox, outside]) mkdirSync(folder);
  writeFileSync(join(outside, FILE), 'of root');
});
afterEach(() => rmSync(join(inbox, '..'), { recursive: true }));

function expectOutsideUntouched(): void {
  expect(readdirSync(outside)).toEqual([FILE]);
  expect(readFileSync(join(outside, FILE), 'utf8')).toBe('of root');
}

describe('a phantom in an inbox that others write to', () => {
  it('is a complete file in a folder of its own, and both are removed', () => {
    const dropped = dropPhantom(inbox, PHANTOM, '2.25.1');
    expect(readdirSync(join(inbox, '2.25.1'))).toEqual([FILE]);

    dropped.remove();
    dropped.remove();

    expect(readdirSync(inbox)).toEqual([]);
  });

  it('is not written through a link that has the name of its folder', () => {
    symlinkSync(outside, join(inbox, '2.25.1'));

    expect(() => dropPhantom(inbox, PHANTOM, '2.25.1')).toThrow('The phantom cannot be put into the inbox');

    expectOutsideUntouched();
  });

  it('is removed where it was put, not behind a link that took the place of its folder', () => {
    const dropped = dropPhantom(inbox, PHANTOM, '2.25.1');
    renameSync(join(inbox, '2.25.1'), join(inbox, 'moved'));
    symlinkSync(outside, join(inbox, '2.25.1'));

    dropped.remove();

    expect(existsSync(join(inbox, 'moved', FILE))).toBe(false);
    expectOutsideUntouched();
  });

  it.runIf(toolAvailable('python3', 'swapped folders of phantoms'))(
    'never leaves the inbox while another process swaps its folder with a link',
    { timeout: 60_000 },
    async () => {
      const attacker = spawn('python3', [SWAPPER, inbox, outside], { stdio: ['ignore', 'pipe', 'inherit'] });
      await once(attacker.stdout, 'data');
      let refused = 0;
      for (let number = 0; number < 30; number += 1) {
        try {
          dropPhantom(inbox, PHANTOM, `2.25.${number}`).remove();
        } catch (error) {
          if (!isBonewatchError(error)) throw error;
          refused += 1;
        }
        expectOutsideUntouched();
      }
      attacker.kill('SIGKILL');
      await once(attacker, 'exit');

      expect(readdirSync(inbox).filter((name) => name.startsWith('.away')).length + refused).toBeGreaterThan(
        0,
      );
    },
  );
});

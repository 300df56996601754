import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { toolAvailable } from '../support/tool-available.ts';

const run = fileURLToPath(new URL('booted-root/run.sh', import.meta.url));
const tests = 'the bundle in a booted root';
const root = process.env['BONEWATCH_TEST_ROOT'];
const stick = process.env['BONEWATCH_TEST_STICK'];

describe.skipIf(!canBoot())(tests, { timeout: 1_800_000 }, () => {
  it('the bundle is installed, watched, restarted, backed up, upgraded and removed under systemd, with a TLS broker', () => {
    const out = mkdtempSync(join(tmpdir(), 'verdict-'));

    const { status } = spawnSync(run, ['--root', root ?? '', '--stick', stick ?? '', '--out', out]);
    const verdict = readFileSync(join(out, 'verdict.txt'), 'utf8');
    rmSync(out, { recursive: true });

    expect(verdict).not.toContain('FAILED');
    expect(status).toBe(0);
  });
});

/** Takes minutes and needs a root, so it runs only if one is prepared: see booted-root/run.sh --help. */
function canBoot(): boolean {
  if (root === undefined || stick === undefined) {
    console.warn(
      `skipped: ${tests}: BONEWATCH_TEST_ROOT and BONEWATCH_TEST_STICK do not name a root and bundles`,
    );
    return false;
  }
  return toolAvailable('systemd-nspawn', tests);
}

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const run = fileURLToPath(new URL('arm64-root/run.sh', import.meta.url));
const tests = 'the arm64 bundle under emulation';
const root = process.env['BONEWATCH_TEST_ARM64_ROOT'];
const stick = process.env['BONEWATCH_TEST_STICK'];

describe.skipIf(!canEmulate())(tests, { timeout: 3_600_000 }, () => {
  it('the arm64 bundle is installed without network, and its demo raises every alert', () => {
    const { status, stdout } = spawnSync(run, ['--root', root ?? '', '--stick', stick ?? ''], {
      encoding: 'utf8',
    });

    expect(stdout).toContain('All alerts came back from the broker, and only those expected.');
    expect(status).toBe(0);
  });
});

/** Slow under emulation, so it runs only if a root is prepared: see arm64-root/run.sh --help. */
function canEmulate(): boolean {
  const isNamed = root !== undefined && stick !== undefined;
  const canRunArm = existsSync('/proc/sys/fs/binfmt_misc/qemu-aarch64') || process.arch === 'arm64';
  if (!isNamed)
    console.warn(
      `skipped: ${tests}: BONEWATCH_TEST_ARM64_ROOT and BONEWATCH_TEST_STICK do not name a root and bundles`,
    );
  else if (!canRunArm) console.warn(`skipped: ${tests}: qemu-aarch64 is not registered in binfmt_misc`);
  return isNamed && canRunArm;
}

import { execFileSync, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toolAvailable } from '../support/tool-available.ts';

const script = fileURLToPath(new URL('../../deploy/jetson/import-runtime.sh', import.meta.url));
const MACHINES = { x64: 62, arm64: 183 } as const;
const here = process.arch === 'arm64' ? 'arm64' : 'x64';
const elsewhere = here === 'x64' ? 'arm64' : 'x64';
const tests = 'import of a GPU runtime';

let folder: string;
let source: string;

/** The part of an ELF file that names its processor, and its name, so that every file differs. */
function writeLibrary(name: string, arch: keyof typeof MACHINES): void {
  const header = Buffer.alloc(64);
  header.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  header.writeUInt16LE(MACHINES[arch], 18);
  writeFileSync(join(source, name), Buffer.concat([header, Buffer.from(name)]));
}

function importRuntime(from: string, ...more: string[]) {
  return spawnSync(script, ['--from', from, '--prefix', join(folder, 'opt'), '--no-proof', ...more], {
    encoding: 'utf8',
  });
}

const runtimes = (): readonly string[] =>
  existsSync(join(folder, 'opt/runtimes')) ? readdirSync(join(folder, 'opt/runtimes')) : [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'runtime-'));
  source = join(folder, 'wheel/onnxruntime/capi');
  mkdirSync(source, { recursive: true });
  mkdirSync(join(folder, 'wheel/onnxruntime_gpu-1.23.0.dist-info'));
  writeFileSync(
    join(folder, 'wheel/onnxruntime_gpu-1.23.0.dist-info/METADATA'),
    'Name: onnxruntime-gpu\nVersion: 1.23.0\n',
  );
  for (const name of [
    'libonnxruntime.so.1.23.0',
    'libonnxruntime_providers_cuda.so',
    'libonnxruntime_providers_shared.so',
  ])
    writeLibrary(name, here);
});

afterEach(() => rmSync(folder, { recursive: true }));

describe.skipIf(!canRun())(tests, () => {
  it('import-runtime.sh copies the libraries from a wheel, with checksums and versions, and reports a missing provider', () => {
    const wheel = join(folder, 'onnxruntime_gpu-1.23.0.whl');
    execFileSync(
      'python3',
      ['-m', 'zipfile', '-c', wheel, 'onnxruntime', 'onnxruntime_gpu-1.23.0.dist-info'],
      {
        cwd: join(folder, 'wheel'),
      },
    );

    const { status, stdout } = importRuntime(wheel);

    expect(status).toBe(0);
    expect(stdout).toContain('note: without the provider tensorrt');
    const [name = ''] = runtimes();
    expect(name).toMatch(/^1\.23\.0-[0-9a-f]{12}$/);
    const target = join(folder, 'opt/runtimes', name);
    expect(readFileSync(join(target, 'versions'), 'utf8')).toMatch(
      /^onnxruntime 1\.23\.0\nfrom onnxruntime_gpu-1\.23\.0\.whl\nl4t /,
    );
    expect(spawnSync('sha256sum', ['--quiet', '-c', 'SHA256SUMS'], { cwd: target }).status).toBe(0);
    expect(existsSync(join(target, 'libonnxruntime.so.1'))).toBe(true);
    expect(existsSync(join(folder, 'opt/runtimes/current'))).toBe(false);
  });

  it('import-runtime.sh changes nothing when it is run a second time or in a dry run', () => {
    expect(importRuntime(join(folder, 'wheel'), '--dry-run')).toMatchObject({ status: 0 });
    expect(runtimes()).toEqual([]);
    importRuntime(join(folder, 'wheel'));
    const before = runtimes();

    expect(importRuntime(join(folder, 'wheel')).stdout).toMatch(/^unchanged: /);
    expect(runtimes()).toEqual(before);
  });

  it('import-runtime.sh refuses libraries for another processor, and a wheel without the library', () => {
    writeLibrary('libonnxruntime_providers_tensorrt.so', elsewhere);
    expect(importRuntime(join(folder, 'wheel'))).toMatchObject({
      status: 1,
      stderr: expect.stringContaining(
        'libonnxruntime_providers_tensorrt.so is not for this processor',
      ) as string,
    });

    rmSync(join(source, 'libonnxruntime.so.1.23.0'));
    expect(importRuntime(join(folder, 'wheel')).stderr).toContain('there is no libonnxruntime.so.1');
    expect(runtimes()).toEqual([]);
  });
});

function canRun(): boolean {
  if (process.getuid?.() !== 0) {
    console.warn(`skipped: ${tests}: it must be run as root`);
    return false;
  }
  return toolAvailable('python3', tests);
}

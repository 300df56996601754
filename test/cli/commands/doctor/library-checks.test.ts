import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { libraryChecks } from '../../../../src/cli/commands/doctor/library-checks.ts';
import { configSchema } from '../../../../src/config/schema.ts';
import type { CheckOutcome } from '../../../../src/health/check.ts';
import { toolAvailable } from '../../../support/tool-available.ts';

const tests = 'doctor on the libraries of an accelerator';

/** A folder with a runtime and its TensorRT provider, which is linked to cuDNN and, through TensorRT, to the DLA's compiler. */
function aRuntime(): { readonly folder: string; readonly library: string } {
  const folder = mkdtempSync(join(tmpdir(), 'libraries-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const link = (name: string, ...needed: readonly string[]): string => {
    const file = join(folder, name);
    const libraries = needed.map((library) => join(folder, library));
    const options = [
      '-shared',
      '-nostdlib',
      '-Wl,--no-as-needed',
      `-Wl,-rpath,${folder}`,
      `-Wl,-soname,${name}`,
    ];
    execFileSync('gcc', [...options, '-o', file, '-x', 'c', '/dev/null', '-x', 'none', ...libraries]);
    return file;
  };
  link('libnvdla_compiler.so');
  link('libcudnn.so.9');
  link('libnvinfer.so.10', 'libnvdla_compiler.so');
  link('libonnxruntime_providers_shared.so');
  link('libonnxruntime_providers_tensorrt.so', 'libnvinfer.so.10', 'libcudnn.so.9');
  return { folder, library: link('libonnxruntime.so.1') };
}

async function check(models: object): Promise<CheckOutcome | undefined> {
  const config = configSchema.shape.models.parse(models);
  return libraryChecks(config)
    .find(({ name }) => name === 'libraries tensorrt')
    ?.run();
}

describe.skipIf(!toolAvailable('gcc', tests) || !toolAvailable('ldd', tests))(tests, () => {
  it('doctor reports no fault if the loader finds every library', async () => {
    const { library } = aRuntime();

    expect(await check({ runtimeLibrary: library })).toMatchObject({ state: 'ok' });
  });

  it('doctor names missing libraries, also those that only TensorRT needs, and their packages', async () => {
    const { folder, library } = aRuntime();
    rmSync(join(folder, 'libnvdla_compiler.so'));
    rmSync(join(folder, 'libcudnn.so.9'));

    const alone = await check({ runtimeLibrary: library, executionProviders: ['tensorrt'] });
    const served = await check({ runtimeLibrary: library });

    expect(alone?.state).toBe('failed');
    expect(alone?.message).toMatch(
      /libcudnn\.so\.9 \(libcudnn9.*libnvdla_compiler\.so \(nvidia-l4t-dla-compiler/,
    );
    // The CPU is next in the list: images are analysed, but not as configured.
    expect(served?.state).toBe('degraded');
  });

  it('doctor names a library that is missing, empty or for another processor', async () => {
    const { folder, library } = aRuntime();
    const provider = join(folder, 'libonnxruntime_providers_tensorrt.so');
    rmSync(join(folder, 'libonnxruntime_providers_shared.so'));
    writeFileSync(provider, '');

    const outcome = await check({ runtimeLibrary: library });
    writeFileSync(provider, Buffer.from('7f454c4602010100000000000000000003003200', 'hex'));
    const foreign = await check({ runtimeLibrary: library });

    expect(outcome?.message).toContain('libonnxruntime_providers_shared.so is missing');
    expect(outcome?.message).toContain('libonnxruntime_providers_tensorrt.so is empty');
    expect(foreign?.message).toContain(`this is ${process.arch}`);
  });

  it('doctor checks no libraries if none is configured, or only the CPU', async () => {
    const { library } = aRuntime();

    expect(await check({})).toBeUndefined();
    expect(await check({ runtimeLibrary: library, executionProviders: ['cpu'] })).toBeUndefined();
  });
});

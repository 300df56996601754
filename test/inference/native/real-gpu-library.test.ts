import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  cudaOptions,
  tensorrtOptions,
  type ProviderOptions,
} from '../../../src/inference/native/provider-options.ts';

/** A `libonnxruntime.so.1` in the same folder as its provider libraries, from a wheel of onnxruntime-gpu. */
const library = process.env['BONEWATCH_TEST_GPU_LIBRARY'];
/** The folders of libcudart, libcublas, libcurand and libcudnn, separated by colons; unset if the system has them. */
const cudaFolders = process.env['BONEWATCH_TEST_CUDA_FOLDERS'];
const TESTS = 'the execution providers of a real ONNX Runtime with TensorRT and CUDA';
const NAMES = ['libnvinfer.so.10', 'libnvinfer_plugin.so.10', 'libnvonnxparser.so.10', 'libcuda.so.1'];
const nvidia = fileURLToPath(new URL('../../support/stand-in/nvidia.c', import.meta.url));
const program = fileURLToPath(new URL('../../support/print-provider-options.ts', import.meta.url));

if (library === undefined) {
  console.warn(`skipped: ${TESTS}: BONEWATCH_TEST_GPU_LIBRARY is not set`);
}

describe.skipIf(library === undefined)(TESTS, () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'bonewatch-nvidia-'));
    for (const name of NAMES) {
      execFileSync('cc', ['-shared', '-fPIC', `-Wl,-soname,${name}`, '-o', join(folder, name), nvidia]);
    }
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  it.each(['fp16', 'int8'] as const)(
    'a real ONNX Runtime accepts every option for %s and returns it unchanged',
    (precision) => {
      const tensorrt = tensorrtOptions({
        engineFolder: folder,
        precision,
        workspaceBytes: 2 ** 29,
        optimizationLevel: 3,
        deviceId: 0,
      });

      expect(readBack('tensorrt', tensorrt)).toMatchObject({ options: tensorrt });
      expect(readBack('cuda', cudaOptions(0))).toMatchObject({ options: cudaOptions(0) });
    },
  );

  it('a real ONNX Runtime rejects an unknown option', () => {
    expect(readBack('tensorrt', { trt_fp17_enable: '1' }).error).toContain(
      'Unknown provider option: "trt_fp17_enable"',
    );
    expect(readBack('cuda', { trt_fp16_enable: '1' }).error).toContain('Unknown provider option');
  });

  function readBack(provider: 'tensorrt' | 'cuda', options: ProviderOptions) {
    const { stdout, stderr } = spawnSync(
      process.execPath,
      [program, library ?? '', provider, JSON.stringify(options)],
      {
        encoding: 'utf8',
        env: {
          ...process.env,
          LD_LIBRARY_PATH: [cudaFolders, folder].filter(Boolean).join(':'),
          LD_PRELOAD: join(folder, 'libcuda.so.1'),
        },
      },
    );
    return { options: stdout === '' ? null : (JSON.parse(stdout) as ProviderOptions), error: stderr };
  }
});

import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { beforeEach, describe, expect, it } from 'vitest';
import { openNativeEngine } from '../../../src/inference/native/native-engine.ts';
import {
  cudaOptions,
  tensorrtOptions,
  type Precision,
} from '../../../src/inference/native/provider-options.ts';
import { compileStandIn } from '../../support/stand-in-library.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;
const tinyModel = fileURLToPath(new URL('../../fixtures/tiny-model/tiny-model.onnx', import.meta.url));
const standIn = compileStandIn();
const cuda = {
  library: standIn.path,
  provider: 'cuda',
  providerOptions: cudaOptions(0),
  threads: 0,
} as const;

describe('TensorRT and CUDA, simulated by a stand-in library', () => {
  beforeEach(() => standIn.behave());

  it('every provider option is passed on and read back', async () => {
    const { folder, options } = tensorrt();

    await using engine = await openNativeEngine(tinyModel, options);

    expect(engine.providerOptions).toMatchObject(options.providerOptions);
    expect(standIn.recorded()).toEqual(
      expect.arrayContaining([
        'tensorrt device_id=0',
        'tensorrt trt_fp16_enable=1',
        'tensorrt trt_int8_enable=0',
        'tensorrt trt_engine_cache_enable=1',
        `tensorrt trt_engine_cache_path=${folder}`,
        'tensorrt trt_engine_cache_prefix=bonewatch',
        'tensorrt trt_timing_cache_enable=1',
        `tensorrt trt_timing_cache_path=${folder}`,
        'tensorrt trt_max_workspace_size=1073741824',
        'tensorrt trt_builder_optimization_level=3',
        'session tensorrt',
      ]),
    );
  });

  it('a runtime library stays loaded across garbage collections', async () => {
    const engine = await openNativeEngine(tinyModel, { ...cuda, library: compileStandIn().path });
    for (let round = 0; round < 3; round += 1) {
      collectGarbage();
      await new Promise((resolve) => setImmediate(resolve));
    }

    const outputs = await engine.run(new Float32Array(64 * 64), [1, 1, 64, 64]);
    await engine[Symbol.asyncDispose]();

    expect(Object.keys(outputs)).toEqual(['output0']);
  });

  it.each([
    ['fp32', '0', '0'],
    ['fp16', '1', '0'],
    ['int8', '1', '1'],
  ] as const)('TensorRT computes in %s and in no lower precision', async (precision, half, eighth) => {
    const { options } = tensorrt(precision);

    await using engine = await openNativeEngine(tinyModel, options);

    expect(engine.providerOptions).toMatchObject({ trt_fp16_enable: half, trt_int8_enable: eighth });
    const precisions = standIn.recorded().filter((line) => /fp16|int8/.test(line));
    // TensorRT 10 deprecates calibration tables.
    expect(standIn.recorded().filter((line) => line.includes('calibration'))).toEqual([]);
    expect(precisions.slice(-2)).toEqual([
      `tensorrt trt_fp16_enable=${half}`,
      `tensorrt trt_int8_enable=${eighth}`,
    ]);
  });

  it('a stored engine is read, not rebuilt', async () => {
    const { folder, options } = tensorrt();
    await (await openNativeEngine(tinyModel, options))[Symbol.asyncDispose]();
    const engines = readdirSync(folder);

    await (await openNativeEngine(tinyModel, options))[Symbol.asyncDispose]();

    expect(engines).toEqual([expect.stringMatching(/^bonewatch_.*\.engine$/)]);
    expect(standIn.recorded().slice(-2)).toEqual(['engine read', 'session tensorrt']);
  });

  it('CUDA finds the same white square as the CPU and reports which part of the model it runs', async () => {
    await using engine = await openNativeEngine(tinyModel, cuda);

    const { output0 } = await engine.run(new Float32Array(64 * 64).fill(1), [1, 1, 64, 64]);

    expect(output0?.dims).toEqual([1, 5, 64]);
    expect([...(output0?.values.slice(-64) ?? [])]).toEqual(Array(64).fill(1));
    expect(engine.assignment).toEqual([
      { provider: 'CUDAExecutionProvider', nodes: 3, operators: ['AveragePool', 'Concat', 'Reshape'] },
    ]);
  });

  it.each([
    ['is not in the library', 'without-cuda', /^this build of ONNX Runtime has no CUDAExecutionProvider\.$/],
    [
      'lacks a library',
      'missing-cuda',
      /^Failed to load library libonnxruntime_providers_cuda\.so with error/,
    ],
    [
      'supports no part of the model',
      'none-cuda',
      /^cuda can run no part of the model; all of it would run on the CPU\.$/,
    ],
  ] as const)('CUDA is rejected if it %s', async (_, behaviour, message) => {
    standIn.behave(behaviour);

    const error: unknown = await openNativeEngine(tinyModel, cuda).catch((reason: unknown) => reason);

    expect(error).toMatchObject({ code: 'EXECUTION_PROVIDER_UNAVAILABLE' });
    expect((error as Error).message.replace('cuda cannot be used: ', '')).toMatch(message);
  });

  it('a provider that fails to load the model is reported as failed, not as missing', async () => {
    standIn.behave('throw-load-cuda');

    await expect(openNativeEngine(tinyModel, cuda)).rejects.toMatchObject({
      code: 'EXECUTION_PROVIDER_FAILED',
      message: 'cuda cannot be used: CUDA failure 999: unknown error.',
    });
  });

  it('a GPU that does not respond, as right after a start, is reported as unreachable, not as missing', async () => {
    standIn.behave('away-cuda');

    await expect(openNativeEngine(tinyModel, cuda)).rejects.toMatchObject({
      code: 'GPU_UNREACHABLE',
      message: 'cuda cannot be used: CUDA failure 100: no CUDA-capable device is detected.',
    });
  });

  it('a provider is rejected if an option reads back with another value', async () => {
    standIn.behave('other-options-tensorrt');

    await expect(openNativeEngine(tinyModel, tensorrt().options)).rejects.toMatchObject({
      code: 'EXECUTION_PROVIDER_UNAVAILABLE',
      message: expect.stringMatching(/trt_fp16_enable: asked 1, got 0\.$/) as string,
    });
  });

  it('a damaged engine file is rejected', async () => {
    const { folder, options } = tensorrt();
    await (await openNativeEngine(tinyModel, options))[Symbol.asyncDispose]();
    const [engine = ''] = readdirSync(folder);
    writeFileSync(join(folder, engine), 'nonsense');

    await expect(openNativeEngine(tinyModel, options)).rejects.toMatchObject({
      code: 'EXECUTION_PROVIDER_FAILED',
      message: expect.stringMatching(/could not deserialize engine from cache/) as string,
    });
  });

  it('the error message of the GPU is reported if it fails on an image', async () => {
    await using engine = await openNativeEngine(tinyModel, cuda);
    standIn.behave('throw-run-cuda');

    await expect(engine.run(new Float32Array(64 * 64), [1, 1, 64, 64])).rejects.toMatchObject({
      code: 'INFERENCE_FAILED',
      message: 'CUDA failure 719: unspecified launch failure.',
    });
  });
});

/** As in GPU builds for JetPack 6: the struct of functions is shorter, without the query of the assignment. */
describe('TensorRT and CUDA of ONNX Runtime 1.22, simulated by a stand-in library', () => {
  const older = compileStandIn(22);
  const onOlder = { ...cuda, library: older.path } as const;
  const image = new Float32Array(64 * 64).fill(1);
  const profiles = () => readdirSync(tmpdir()).filter((name) => name.startsWith('bonewatch-profile-'));

  beforeEach(() => older.behave());

  it('CUDA of ONNX Runtime 1.22 finds the white square and leaves no profile file', async () => {
    const before = profiles();
    await using engine = await openNativeEngine(tinyModel, onOlder);

    const { output0 } = await engine.run(image, [1, 1, 64, 64]);
    await engine.run(image, [1, 1, 64, 64]);

    expect([...(output0?.values.slice(-64) ?? [])]).toEqual(Array(64).fill(1));
    expect(engine).toMatchObject({ libraryVersion: '1.22.0', assignment: null });
    expect(profiles()).toEqual(before);
  });

  it('CUDA of ONNX Runtime 1.22 is rejected at its first run if it supports no part of the model', async () => {
    older.behave('none-cuda');
    await using engine = await openNativeEngine(tinyModel, onOlder);

    await expect(engine.run(image, [1, 1, 64, 64])).rejects.toMatchObject({
      code: 'EXECUTION_PROVIDER_UNAVAILABLE',
      message: 'cuda can run no part of the model; all of it would run on the CPU.',
    });
  });
});

function tensorrt(precision: Precision = 'fp16') {
  const folder = mkdtempSync(join(tmpdir(), 'bonewatch-engines-'));
  const providerOptions = tensorrtOptions({
    engineFolder: folder,
    precision,
    workspaceBytes: 2 ** 30,
    optimizationLevel: 3,
    deviceId: 0,
  });
  return {
    folder,
    options: { library: standIn.path, provider: 'tensorrt', providerOptions, threads: 0 } as const,
  };
}

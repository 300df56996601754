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

describe('TensorRT and CUDA, played by a stand-in library', () => {
  beforeEach(() => standIn.behave());

  it('pass every option on, and read it back', async () => {
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

  it('stay loaded when memory is tidied up', async () => {
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
  ] as const)(
    'compute in %s and nothing narrower where that is asked for',
    async (precision, half, eighth) => {
      const { options } = tensorrt(precision);

      await using engine = await openNativeEngine(tinyModel, options);

      expect(engine.providerOptions).toMatchObject({ trt_fp16_enable: half, trt_int8_enable: eighth });
      const told = standIn.recorded().filter((line) => /fp16|int8/.test(line));
      // A table of calibration would be the way that TensorRT 10 gives up.
      expect(standIn.recorded().filter((line) => line.includes('calibration'))).toEqual([]);
      expect(told.slice(-2)).toEqual([
        `tensorrt trt_fp16_enable=${half}`,
        `tensorrt trt_int8_enable=${eighth}`,
      ]);
    },
  );

  it('use the engine of the last time', async () => {
    const { folder, options } = tensorrt();
    await (await openNativeEngine(tinyModel, options))[Symbol.asyncDispose]();
    const engines = readdirSync(folder);

    await (await openNativeEngine(tinyModel, options))[Symbol.asyncDispose]();

    expect(engines).toEqual([expect.stringMatching(/^bonewatch_.*\.engine$/)]);
    expect(standIn.recorded().slice(-2)).toEqual(['engine read', 'session tensorrt']);
  });

  it('find the white square as the CPU does, and say which part of the model they run', async () => {
    await using engine = await openNativeEngine(tinyModel, cuda);

    const { output0 } = await engine.run(new Float32Array(64 * 64).fill(1), [1, 1, 64, 64]);

    expect(output0?.dims).toEqual([1, 5, 64]);
    expect([...(output0?.values.slice(-64) ?? [])]).toEqual(Array(64).fill(1));
    expect(engine.assignment).toEqual([
      { provider: 'CUDAExecutionProvider', nodes: 3, operators: ['AveragePool', 'Concat', 'Reshape'] },
    ]);
  });

  it.each([
    ['are not in the library', 'without-cuda', /^this build of ONNX Runtime has no CUDAExecutionProvider\.$/],
    [
      'lack a library',
      'missing-cuda',
      /^Failed to load library libonnxruntime_providers_cuda\.so with error/,
    ],
    [
      'take no part of the model',
      'none-cuda',
      /^cuda can run no part of the model; all of it would run on the CPU\.$/,
    ],
  ] as const)('are refused when they %s', async (_, behaviour, message) => {
    standIn.behave(behaviour);

    const refusal: unknown = await openNativeEngine(tinyModel, cuda).catch((error: unknown) => error);

    expect(refusal).toMatchObject({ code: 'EXECUTION_PROVIDER_UNAVAILABLE' });
    expect((refusal as Error).message.replace('cuda cannot be used: ', '')).toMatch(message);
  });

  it('are told apart from missing ones when they are there but fail to load the model', async () => {
    standIn.behave('throw-load-cuda');

    await expect(openNativeEngine(tinyModel, cuda)).rejects.toMatchObject({
      code: 'EXECUTION_PROVIDER_FAILED',
      message: 'cuda cannot be used: CUDA failure 999: unknown error.',
    });
  });

  it('are told apart from missing ones when no GPU answers them, as right after a start', async () => {
    standIn.behave('away-cuda');

    await expect(openNativeEngine(tinyModel, cuda)).rejects.toMatchObject({
      code: 'GPU_UNREACHABLE',
      message: 'cuda cannot be used: CUDA failure 100: no CUDA-capable device is detected.',
    });
  });

  it('are refused when an option reads back as another', async () => {
    standIn.behave('other-options-tensorrt');

    await expect(openNativeEngine(tinyModel, tensorrt().options)).rejects.toMatchObject({
      code: 'EXECUTION_PROVIDER_UNAVAILABLE',
      message: expect.stringMatching(/trt_fp16_enable: asked 1, got 0\.$/) as string,
    });
  });

  it('refuse an engine file that is damaged', async () => {
    const { folder, options } = tensorrt();
    await (await openNativeEngine(tinyModel, options))[Symbol.asyncDispose]();
    const [engine = ''] = readdirSync(folder);
    writeFileSync(join(folder, engine), 'nonsense');

    await expect(openNativeEngine(tinyModel, options)).rejects.toMatchObject({
      code: 'EXECUTION_PROVIDER_FAILED',
      message: expect.stringMatching(/could not deserialize engine from cache/) as string,
    });
  });

  it('say what the GPU said when it fails at one image', async () => {
    await using engine = await openNativeEngine(tinyModel, cuda);
    standIn.behave('throw-run-cuda');

    await expect(engine.run(new Float32Array(64 * 64), [1, 1, 64, 64])).rejects.toMatchObject({
      code: 'INFERENCE_FAILED',
      message: 'CUDA failure 719: unspecified launch failure.',
    });
  });
});

/** As GPU builds for JetPack 6 are: the struct of functions is shorter, and nothing tells which part runs where. */
describe('TensorRT and CUDA of ONNX Runtime 1.22, played by a stand-in library', () => {
  const older = compileStandIn(22);
  const onOlder = { ...cuda, library: older.path } as const;
  const image = new Float32Array(64 * 64).fill(1);
  const profiles = () => readdirSync(tmpdir()).filter((name) => name.startsWith('bonewatch-profile-'));

  beforeEach(() => older.behave());

  it('find the white square, and leave no profile behind', async () => {
    const before = profiles();
    await using engine = await openNativeEngine(tinyModel, onOlder);

    const { output0 } = await engine.run(image, [1, 1, 64, 64]);
    await engine.run(image, [1, 1, 64, 64]);

    expect([...(output0?.values.slice(-64) ?? [])]).toEqual(Array(64).fill(1));
    expect(engine).toMatchObject({ libraryVersion: '1.22.0', assignment: null });
    expect(profiles()).toEqual(before);
  });

  it('are refused at their first run when they take no part of the model', async () => {
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

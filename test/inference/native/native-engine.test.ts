import { copyFileSync, globSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Engine } from '../../../src/inference/engine.ts';
import { loadModel } from '../../../src/inference/models/load-model.ts';
import { openNativeEngine } from '../../../src/inference/native/native-engine.ts';
import { openStockEngine } from '../../../src/inference/stock-engine.ts';
import { seeded } from '../../support/seeded.ts';
import { stockLibrary } from '../../support/stock-library.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const models = globSync(['models/**/model.json', 'test/fixtures/**/model.json'], { cwd: root })
  .map((file) => join(root, dirname(file)))
  .sort();
const tinyModel = join(root, 'test/fixtures/tiny-model/tiny-model.onnx');
const cpu = { library: stockLibrary(), provider: 'cpu', providerOptions: {}, threads: 0 } as const;
const RUNS = 3000;
/** Allowed growth of the process during repeated runs. */
const MAX_GROWTH_BYTES = 24 * 1024 * 1024;

describe('the native engine', () => {
  it.each(models.map((folder) => [basename(folder), folder]))(
    'the native engine returns the same bits as the stock engine for %s',
    async (_, folder) => {
      const { manifest, path } = await loadModel(folder);
      const { channels, height, width } = manifest.input;
      const dims = [1, channels, height, width];
      const random = seeded(7);
      const values = Float32Array.from({ length: channels * height * width }, random);
      await using stock = await openStockEngine(path, 'cpu');
      await using native = await openNativeEngine(path, cpu);

      const [expected, actual] = [await stock.run(values, dims), await native.run(values, dims)];

      expect(native.inputNames).toEqual(stock.inputNames);
      expect(native.outputNames).toEqual(stock.outputNames);
      expect(Object.keys(expected).length).toBeGreaterThan(0);
      for (const [name, tensor] of Object.entries(expected)) {
        expect(actual[name]?.dims).toEqual(tensor.dims);
        expect(bits(actual[name]?.values)).toEqual(bits(tensor.values));
      }
    },
  );

  it('the native engine reports which execution provider runs which part of the model', async () => {
    await using engine = await openNativeEngine(tinyModel, cpu);

    expect(engine.assignment).toEqual([
      {
        provider: 'CPUExecutionProvider',
        nodes: expect.any(Number) as number,
        operators: expect.anything() as string[],
      },
    ]);
    expect(engine.libraryVersion).toMatch(/^1\.\d+\.\d+/);
  });

  it('the event loop continues while the model runs', async () => {
    const { path, manifest } = await loadModel(join(root, 'models/fracture-default'));
    const { channels, height, width } = manifest.input;
    await using engine = await openNativeEngine(path, { ...cpu, threads: 1 });
    let ticks = 0;
    const timer = setInterval(() => (ticks += 1), 1);

    await engine.run(new Float32Array(channels * height * width), [1, channels, height, width]);
    clearInterval(timer);

    expect(ticks).toBeGreaterThan(3);
  });

  it(`memory does not grow during ${RUNS} runs`, async () => {
    await using engine = await openNativeEngine(tinyModel, cpu);
    const values = new Float32Array(64 * 64).fill(1);
    await runRepeatedly(engine, values, RUNS / 10);
    const before = process.memoryUsage().rss;

    await runRepeatedly(engine, values, RUNS);

    expect(process.memoryUsage().rss - before).toBeLessThan(MAX_GROWTH_BYTES);
  });

  it('an input of the wrong shape is rejected, and the next image is analysed', async () => {
    await using engine = await openNativeEngine(tinyModel, cpu);

    await expect(engine.run(new Float32Array(4), [1, 1, 2, 2])).rejects.toMatchObject({
      code: 'INFERENCE_FAILED',
      message: expect.stringMatching(/dimension|shape/i) as string,
    });

    const outputs = await engine.run(new Float32Array(64 * 64), [1, 1, 64, 64]);
    expect(Object.keys(outputs)).toEqual(['output0']);
  });

  it('a file that is not a model is rejected in one line', async () => {
    const path = join(aFolder(), 'broken.onnx');
    writeFileSync(path, 'not a model');

    await expect(openNativeEngine(path, cpu)).rejects.toMatchObject({
      code: 'MODEL_INVALID',
      message: expect.stringMatching(/^ONNX Runtime rejected the model: [^\n]+\.$/) as string,
    });
  });
});

describe('a runtime library that cannot be used', () => {
  it.each([
    ['does not exist', () => '/nowhere/libonnxruntime.so.1', /cannot be read: ENOENT/],
    ['is a text file', () => textFile(), /is not a shared library\.$/],
    [
      'is for another machine',
      () => stockLibrary(process.arch === 'x64' ? 'arm64' : 'x64'),
      /is built for (arm64|x64); this machine is (x64|arm64)\.$/,
    ],
    ['is not ONNX Runtime', () => anotherLibrary(), /is not an ONNX Runtime library: .*OrtGetApiBase/],
  ])('a runtime library that %s is rejected with its path and the reason', async (_, library, message) => {
    await expect(openNativeEngine(tinyModel, { ...cpu, library: library() })).rejects.toMatchObject({
      code: 'RUNTIME_LIBRARY_UNUSABLE',
      message: expect.stringMatching(message) as string,
    });
  });

  it.each(['tensorrt', 'cuda'] as const)(
    'the error names the missing file if %s is requested from a library without its provider files',
    async (provider) => {
      const options = { ...cpu, provider, providerOptions: { device_id: '0' } };

      await expect(openNativeEngine(tinyModel, options)).rejects.toMatchObject({
        code: 'EXECUTION_PROVIDER_UNAVAILABLE',
        message: expect.stringMatching(
          process.arch === 'x64'
            ? /cannot be used: Failed to load library .*libonnxruntime_providers_shared\.so.*No such file/
            : /this build of ONNX Runtime has no/,
        ) as string,
      });
    },
  );
});

async function runRepeatedly(engine: Engine, values: Float32Array, times: number): Promise<void> {
  for (let run = 0; run < times; run += 1) await engine.run(values, [1, 1, 64, 64]);
}

function bits(values: Float32Array | undefined): Buffer {
  return values ? Buffer.from(values.buffer, values.byteOffset, values.byteLength) : Buffer.alloc(0);
}

function aFolder(): string {
  return mkdtempSync(join(tmpdir(), 'bonewatch-native-'));
}

function textFile(): string {
  const path = join(aFolder(), 'libonnxruntime.so.1');
  writeFileSync(path, 'this is text, not a library');
  return path;
}

function anotherLibrary(): string {
  const path = join(aFolder(), 'libonnxruntime.so.1');
  copyFileSync(join(root, `node_modules/better-sqlite3/prebuilds/linux-${process.arch}.node`), path);
  return path;
}

import { cpSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { letterbox } from '../../src/preprocess/letterbox.ts';
import { loadModel } from '../../src/inference/models/load-model.ts';
import { openInference, type Inference, type InferenceOptions } from '../../src/inference/open-inference.ts';
import { aValidationRecord } from '../support/a-validation-record.ts';
import { aPicture } from '../support/a-picture.ts';
import { silentLog } from '../support/silent-log.ts';
import { compileStandIn, type StandInLibrary } from '../support/stand-in-library.ts';
import { waitUntil } from '../support/wait-until.ts';

const tinyModel = fileURLToPath(new URL('../fixtures/tiny-model', import.meta.url));

/** Real processes and the real C API; a stand-in library simulates ONNX Runtime with TensorRT and CUDA. */
describe('inference on accelerators, simulated by a stand-in library', { timeout: 120_000 }, () => {
  it('inference runs on the CPU, reported as degraded, until the TensorRT engine is built', async () => {
    const { options, standIn } = aBoard();
    standIn.behave('hang-build-tensorrt');
    await using inference = await openInference(await loadModel(tinyModel), options);
    expect(await detectSquare(inference)).toMatchObject({ executionProvider: 'cpu', degraded: true });
    expect(inference.providerStatus()).toMatchObject({
      level: 'degraded',
      build: { usualMs: null },
      reason: 'tensorrt: its engine is being built',
    });

    standIn.behave();
    await inference.whenIdle();

    expect(await detectSquare(inference)).toMatchObject({ executionProvider: 'tensorrt', degraded: false });
    expect(inference.isDegraded()).toBe(false);
  });

  it('a stored engine is reused, and other options lead to another build', async () => {
    const { options, standIn, directory } = aBoard();
    const model = await loadModel(tinyModel);
    const builds = (): number => standIn.recorded().filter((line) => line === 'engine written').length;
    await servedOnce(model, options);
    await servedOnce(model, options);
    expect(builds()).toBe(1);

    await servedOnce(model, { ...options, engines: { ...enginesIn(directory), precision: 'fp32' } });

    expect(builds()).toBe(2);
  });

  it('an eight-bit engine is built only for a validated quantised model, and the existing engines remain', async () => {
    const { options, standIn, directory } = aBoard();
    const [folder, model] = await aQuantisedModel();
    const eightBits = { ...options, engines: { ...enginesIn(directory), precision: 'int8' } } as const;

    await expect(openInference(model, eightBits)).rejects.toMatchObject({ code: 'MODEL_NOT_VALIDATED' });
    expect(standIn.recorded()).toEqual([]);
    writeFileSync(join(folder, 'gate.json'), JSON.stringify(await aValidationRecord(model, 'tensorrt')));
    await expect(openInference(model, options)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringMatching(/only with models\.engines\.precision: int8\.$/) as string,
    });
    const provider = await servedOnce(model, eightBits);
    const requested = precisionsOf(standIn);
    await servedOnce(await loadModel(tinyModel), eightBits);

    expect(provider).toBe('tensorrt');
    expect(requested).toEqual(['trt_fp16_enable=1', 'trt_int8_enable=1']);
    // With the same configuration, a model that is not quantised is not run in eight bits.
    expect(precisionsOf(standIn)).toEqual(['trt_fp16_enable=1', 'trt_int8_enable=0']);
    expect(readdirSync(directory)).toHaveLength(2);
  });

  it('a quantised model that was validated only on the CPU runs only on the CPU', async () => {
    const { options, standIn, directory } = aBoard();
    const [folder, model] = await aQuantisedModel();
    writeFileSync(join(folder, 'gate.json'), JSON.stringify(await aValidationRecord(model, 'cpu')));
    const eightBits = { ...options, engines: { ...enginesIn(directory), precision: 'int8' } } as const;

    await using inference = await openInference(model, eightBits);
    await inference.whenIdle();

    expect(inference.executionProvider()).toBe('cpu');
    expect(inference.providerStatus()).toMatchObject({
      level: 'degraded',
      retryAt: null,
      reason: expect.stringMatching(/^tensorrt: .*was validated on cpu, not on tensorrt; cuda: /) as string,
    });
    expect(standIn.recorded()).not.toContain('engine written');
  });

  it('a damaged engine is rebuilt before it is used', async () => {
    const { options, standIn, directory } = aBoard();
    const model = await loadModel(tinyModel);
    await servedOnce(model, options);
    const [key = ''] = readdirSync(directory);
    const [engine = ''] = readdirSync(join(directory, key)).filter((name) => name.endsWith('.engine'));
    writeFileSync(join(directory, key, engine), 'nonsense');

    const provider = await servedOnce(model, options);

    expect(provider).toBe('tensorrt');
    expect(readdirSync(directory).sort()).toEqual([key, 'damaged'].sort());
    expect(standIn.recorded().filter((line) => line === 'engine written')).toHaveLength(2);
  });

  it.each([
    ['throws', 'throw-run-tensorrt'],
    ['crashes', 'abort-run-tensorrt'],
    ['hangs', 'hang-run-tensorrt'],
  ] as const)(
    'an image on which the GPU %s is analysed on the CPU, and TensorRT serves again later',
    async (_, behaviour) => {
      const { options, standIn } = aBoard(['tensorrt', 'cpu']);
      await using inference = await openInference(await loadModel(tinyModel), options);
      await inference.whenIdle();
      standIn.behave(behaviour);

      expect(await detectSquare(inference)).toMatchObject({ executionProvider: 'cpu', degraded: true });

      standIn.behave();
      await waitUntil(
        'TensorRT serves again',
        () => (inference.executionProvider() === 'tensorrt' ? true : undefined),
        60_000,
      );
      expect(await detectSquare(inference)).toMatchObject({ executionProvider: 'tensorrt', degraded: false });
    },
  );

  it.each(['tensorrt', 'cuda'] as const)(
    'inference switches to %s when the GPU becomes available after the start',
    async (provider) => {
      const { options, standIn } = aBoard([provider, 'cpu']);
      standIn.behave(`away-${provider}`);
      await using inference = await openInference(await loadModel(tinyModel), options);
      await inference.whenIdle();
      expect(await detectSquare(inference)).toMatchObject({ executionProvider: 'cpu', degraded: true });

      standIn.behave();

      await waitUntil(
        'the GPU serves',
        () => (inference.executionProvider() === provider ? true : undefined),
        60_000,
      );
      expect(await detectSquare(inference)).toMatchObject({ executionProvider: provider, degraded: false });
    },
  );

  it.each([
    ['finds other boxes than the CPU', 'wrong-tensorrt'],
    ['cannot build an engine', 'throw-build-tensorrt'],
    ['crashes its process while it loads', 'abort-load-tensorrt'],
    ['lacks its libraries', 'missing-tensorrt'],
    ['supports no part of the model', 'none-tensorrt'],
  ] as const)('inference runs on CUDA if TensorRT %s', async (_, behaviour) => {
    const { options, standIn } = aBoard();
    standIn.behave(behaviour);
    await using inference = await openInference(await loadModel(tinyModel), options);
    await inference.whenIdle();

    expect(await detectSquare(inference)).toMatchObject({ executionProvider: 'cuda', degraded: true });
    expect(inference.providerStatus().reason).toMatch(/^tensorrt: /);
  });

  it('inference does not start if only TensorRT is allowed and its results are wrong', async () => {
    const { options, standIn } = aBoard(['tensorrt']);
    standIn.behave('wrong-tensorrt');

    await expect(openInference(await loadModel(tinyModel), options)).rejects.toMatchObject({
      code: 'EXECUTION_PROVIDER_UNAVAILABLE',
      message: expect.stringMatching(/differ from the CPU's/) as string,
    });
  });

  it('inference closes within seconds during an engine build', async () => {
    const { options, standIn, directory } = aBoard();
    standIn.behave('hang-build-tensorrt');
    const inference = await openInference(await loadModel(tinyModel), options);

    const started = performance.now();
    await inference[Symbol.asyncDispose]();

    expect(performance.now() - started).toBeLessThan(5000);
    expect(readdirSync(directory)).toEqual([]);
  });
});

async function aQuantisedModel() {
  const folder = mkdtempSync(join(tmpdir(), 'bonewatch-quantised-'));
  cpSync(`${tinyModel}-int8`, folder, { recursive: true });
  return [folder, await loadModel(folder)] as const;
}

/** The precisions requested for the latest session. */
function precisionsOf(standIn: StandInLibrary): readonly string[] {
  const requested = standIn.recorded().filter((line) => /trt_(fp16|int8)_enable/.test(line));
  return requested.slice(-2).map((line) => line.replace('tensorrt ', ''));
}

function enginesIn(directory: string) {
  return { directory, maxMegabytes: 1000, precision: 'fp16', workspaceMegabytes: 1024 } as const;
}

function aBoard(executionProviders: InferenceOptions['executionProviders'] = ['tensorrt', 'cuda', 'cpu']) {
  const standIn = compileStandIn();
  const directory = mkdtempSync(join(tmpdir(), 'bonewatch-engines-'));
  const options: InferenceOptions = {
    executionProviders,
    degradedAllowed: executionProviders.length > 1,
    deadlineMs: 3000,
    runtimeLibrary: standIn.path,
    engines: enginesIn(directory),
    letterbox,
    log: silentLog,
  };
  return { standIn, directory, options };
}

/** Opens, waits until idle and closes; returns the provider that served. */
async function servedOnce(model: Awaited<ReturnType<typeof loadModel>>, options: InferenceOptions) {
  await using inference = await openInference(model, options);
  await inference.whenIdle();
  return inference.executionProvider();
}

async function detectSquare(inference: Inference) {
  const pixels = new Uint16Array(640 * 640);
  for (let y = 80; y < 160; y += 1) pixels.fill(65_535, y * 640 + 160, y * 640 + 240);
  const { manifest } = await loadModel(tinyModel);
  const tensor = letterbox(aPicture(640, 640, pixels), manifest.input);
  const detected = await inference.detect(tensor, { width: 640, height: 640 }, 0.5);
  expect(detected.findings.map(({ box }) => box)).toEqual([{ x: 160, y: 80, width: 80, height: 80 }]);
  return detected;
}

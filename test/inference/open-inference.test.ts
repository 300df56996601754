import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { letterbox } from '../../src/preprocess/letterbox.ts';
import { loadModel } from '../../src/inference/models/load-model.ts';
import { openInference, type InferenceOptions } from '../../src/inference/open-inference.ts';
import { silentLog } from '../support/silent-log.ts';
import { aPicture } from '../support/a-picture.ts';

const tinyModel = fileURLToPath(new URL('../fixtures/tiny-model', import.meta.url));
const cpu: InferenceOptions = {
  executionProviders: ['cpu'],
  degradedAllowed: true,
  deadlineMs: 10_000,
  letterbox,
  log: silentLog,
};

describe('inference', () => {
  it('inference finds the white square at its position', async () => {
    await using inference = await openInference(await loadModel(tinyModel), cpu);

    const { findings, score, executionProvider, degraded } = await detectSquare(inference);

    expect(score).toBeCloseTo(1, 5);
    expect(findings.map(({ box }) => box)).toEqual([{ x: 160, y: 80, width: 80, height: 80 }]);
    expect({ executionProvider, degraded }).toEqual({ executionProvider: 'cpu', degraded: false });
  });

  it('an image is analysed although the inference process is killed during it', async () => {
    await using inference = await openInference(await loadModel(tinyModel), cpu);
    const pid = inference.pid()!;
    process.kill(pid, 'SIGSTOP');

    const answer = detectSquare(inference);
    process.kill(pid, 'SIGKILL');

    expect((await answer).findings).toHaveLength(1);
    expect(inference.pid()).not.toBe(pid);
  });

  it('a hanging process is replaced, and its image is analysed', async () => {
    await using inference = await openInference(await loadModel(tinyModel), { ...cpu, deadlineMs: 2000 });
    process.kill(inference.pid()!, 'SIGSTOP');

    expect((await detectSquare(inference)).findings).toHaveLength(1);
  });

  it('concurrent images each get their own result', async () => {
    await using inference = await openInference(await loadModel(tinyModel), cpu);

    const answers = await Promise.all([
      detectSquare(inference),
      detectBlack(inference),
      detectSquare(inference),
    ]);

    expect(answers.map(({ findings }) => findings.length)).toEqual([1, 0, 1]);
  });

  it('inference is degraded when a lower-priority provider serves', async () => {
    const options: InferenceOptions = { ...cpu, executionProviders: ['tensorrt', 'cuda', 'cpu'] };
    await using inference = await openInference(await loadModel(tinyModel), options);
    const serves = inference.executionProvider();
    if (serves !== 'cpu')
      console.warn(`this machine serves on ${String(serves)}; degraded is checked against that`);

    expect((await detectSquare(inference)).degraded).toBe(serves !== 'tensorrt');
  });

  it('inference does not start on the CPU if the configuration requires an accelerator', async () => {
    const model = await loadModel(tinyModel);
    const noAccelerator = {
      ...cpu,
      executionProviders: ['tensorrt', 'cpu'] as const,
      degradedAllowed: false,
    };
    const opened = openInference(model, noAccelerator).then(async (inference) => {
      await using serving = inference;
      return serving.executionProvider();
    });

    const outcome = await opened.catch((error: unknown) => error);

    if (outcome === 'tensorrt')
      console.warn('this machine has TensorRT; the rejection cannot be tested here');
    else expect(outcome).toMatchObject({ code: 'EXECUTION_PROVIDER_UNAVAILABLE' });
  });

  it.each([
    ['an output the model does not have', { outputs: ['boxes'] }, /no output boxes; it has output0/],
    [
      'one label more than the model has',
      { labels: [...two()] },
      /shape \[1, 5, 64\], expected \[1, 6, cells\]/,
    ],
  ])('a manifest with %s is rejected in one line', async (_, change, message) => {
    const model = await loadModel(tinyModel);
    const wrong = { ...model, manifest: { ...model.manifest, ...change } };

    await expect(openInference(wrong, cpu)).rejects.toMatchObject({
      code: 'MODEL_INVALID',
      message: expect.stringMatching(message) as string,
    });
  });
});

function two() {
  return [
    { name: 'fracture', alert: true },
    { name: 'metal', alert: false },
  ];
}

type Opened = Awaited<ReturnType<typeof openInference>>;

/** A white cell of the tiny model's grid on black, in a picture ten times the input's size. */
async function detectSquare(inference: Opened) {
  const pixels = new Uint16Array(640 * 640);
  for (let y = 80; y < 160; y += 1) pixels.fill(65_535, y * 640 + 160, y * 640 + 240);
  return detect(inference, pixels);
}

async function detectBlack(inference: Opened) {
  return detect(inference, new Uint16Array(640 * 640));
}

async function detect(inference: Opened, pixels: Uint16Array) {
  const { manifest } = await loadModel(tinyModel);
  const tensor = letterbox(aPicture(640, 640, pixels), manifest.input);
  return inference.detect(tensor, { width: 640, height: 640 }, 0.5);
}

import { readdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Alert } from '../../src/contract/alert.ts';
import type { AnalysisResult } from '../../src/contract/analysis-result.ts';
import type { Box } from '../../src/contract/box.ts';
import { drawPhantom } from '../../src/phantom/draw-phantom.ts';
import { writePhantomDicom } from '../../src/phantom/write-phantom-dicom.ts';
import { SHIPPED_MODELS_DIRECTORY } from '../../src/contract/package-facts.ts';
import { listen } from '../publish/listener.ts';
import { mosquittoAvailable, startMosquitto } from '../support/mosquitto.ts';
import { aDaemonHome } from '../support/running-daemon.ts';
import { squarePng } from '../support/squares.ts';
import { waitUntil } from '../support/wait-until.ts';

const FAMILIES = fileURLToPath(new URL('../fixtures/tiny-families', import.meta.url));
const hasMosquitto = mosquittoAvailable('every model family through the daemon');
/** Square 9 is at 16, 48 and is 16 pixels wide. */
const NUMBER = 9;
const SQUARE = { x: 16, y: 48, width: 16, height: 16 };
const RECEIVED_WITHIN_MS = 60_000;
const WHOLE = { x: 0, y: 0, width: 128, height: 128 };

describe.runIf(hasMosquitto)('a hospital with its own model', { timeout: 120_000 }, async () => {
  it.each(await readdir(FAMILIES))('gets the alerts of a %s on its ward', async (name) => {
    const { result, alert } = await throughDaemon([name]);

    const drawsOutlines = name.includes('seg') || name === 'unet';
    expect(result).toMatchObject({ status: 'analysed', outcome: 'fracture-detected' });
    expect(result.models.map((model) => model.name)).toEqual([`tiny-${name}`]);
    expect(result.findings).toHaveLength(1);
    for (const side of ['x', 'y', 'width', 'height'] as const) {
      const expected = name === 'classifier' ? WHOLE : SQUARE;
      expect(result.findings[0]?.box[side]).toBeCloseTo(expected[side], 3);
    }
    expect(result.findings[0]?.polygon !== null).toBe(drawsOutlines);
    expect(alert).toMatchObject({ state: 'open', outcome: 'fracture-detected', models: result.models });
  });

  it('runs an image through a gate, two detectors and a segmenter, and reports which of them agreed', async () => {
    const { result, alert } = await throughDaemon([
      { model: 'classifier', role: 'gate', threshold: 0.8 },
      { model: 'yolo-v5', weight: 2 },
      'detr',
      { model: 'unet', role: 'segmenter' },
    ]);

    const names = ['tiny-classifier', 'tiny-yolo-v5', 'tiny-detr', 'tiny-unet'];
    expect(result.models.map(({ name }) => name)).toEqual(names);
    expect(result.findings).toHaveLength(1);
    expect(result.findings[0]).toMatchObject({ models: names.slice(1) });
    expect(result.findings[0]?.polygon).not.toBeNull();
    expect(alert.models.map(({ name }) => name)).toEqual(names);
  });
});

describe.runIf(hasMosquitto)('each model that ships', { timeout: 120_000 }, async () => {
  it.each(await readdir(SHIPPED_MODELS_DIRECTORY))(
    'finds the fracture of a phantom and alerts its ward: %s',
    async (name) => {
      const phantom = drawPhantom({ kind: 'forearm', isFractured: true, seed: 12 });
      const picture = { name: 'a.dcm', bytes: writePhantomDicom(phantom) };

      const { result, alert } = await throughDaemon([name], { directory: SHIPPED_MODELS_DIRECTORY, picture });

      expect(result).toMatchObject({
        status: 'analysed',
        outcome: expect.stringMatching(/^fracture-/) as string,
      });
      expect(result.models.map((model) => model.name)).toEqual([name]);
      const [truth] = phantom.boxes;
      const [found] = result.findings;
      if (name !== 'vgg16') {
        for (const side of ['x', 'y'] as const) {
          const centre = (box: Box): number => box[side] + box[side === 'x' ? 'width' : 'height'] / 2;
          expect(Math.abs(centre(found!.box) - centre(truth!))).toBeLessThan(60);
        }
      }
      expect(alert).toMatchObject({ state: 'open', models: result.models });
    },
  );
});

/** Drops one picture with a fracture into the inbox of a daemon with these models; returns the published result and alert. */
async function throughDaemon(
  active: readonly unknown[],
  from: {
    readonly directory: string;
    readonly picture?: { readonly name: string; readonly bytes: Uint8Array };
  } = {
    directory: FAMILIES,
  },
): Promise<{ result: AnalysisResult; alert: Alert }> {
  await using broker = await startMosquitto();
  await using listener = await listen(broker.url, 'bonewatch/v1/#');
  const models = { directory: from.directory, active, executionProviders: ['cpu'] };
  await using home = await aDaemonHome({ brokerUrl: broker.url, config: { models } });
  await using daemon = await home.start();

  const { name, bytes } = from.picture ?? {
    name: 'a.png',
    bytes: await squarePng(NUMBER, { isFractured: true }),
  };
  await writeFile(join(home.folder, name), bytes);
  await rename(join(home.folder, name), join(home.inbox, name));

  const receive = async <T>(pattern: RegExp): Promise<T> => {
    const message = await waitUntil(
      `a message on ${String(pattern)}`,
      () => listener.received.find(({ topic }) => pattern.test(topic)),
      RECEIVED_WITHIN_MS,
    );
    return JSON.parse(message.payload) as T;
  };
  const result = await receive<AnalysisResult>(/\/image$/);
  const alert = await receive<Alert>(/\/ward\/[^/]+\/alert\//);
  expect(await daemon.stop()).toBe(0);
  return { result, alert };
}

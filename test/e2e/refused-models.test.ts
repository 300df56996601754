import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { runBonewatch } from '../support/run-bonewatch.ts';
import { aDaemonHome } from '../support/running-daemon.ts';

const tinyModel = fileURLToPath(new URL('../fixtures/tiny-model', import.meta.url));
const weights = (model: string) => join(model, 'tiny-model.onnx');

it.each([
  ['the wrong weights', (model: string) => writeFile(weights(model), 'other'), /has SHA-256 .*, expected/],
  [
    'a Git LFS pointer for weights',
    (model: string) =>
      writeFile(weights(model), 'version https://git-lfs.github.com/spec/v1\noid sha256:0\n'),
    /is a Git LFS pointer, not weights/,
  ],
  ['an output that is not there', (model: string) => edit(model, { outputs: ['boxes'] }), /no output boxes/],
  [
    'the wrong class count',
    (model: string) => edit(model, { labels: [label('fracture'), label('metal')] }),
    /shape \[1, 5, 64\], expected \[1, 6, cells\]/,
  ],
  [
    'a quantised model that passed no gate',
    quantise,
    /is quantised \(QuantizeLinear\), and there is no gate\.json/,
  ],
  ['an unknown family', (model: string) => edit(model, { family: 'yolo-v99' }), /family: Invalid option/],
])(
  'the daemon does not start with %s, and reports it in one line',
  { timeout: 60_000 },
  async (_, damage, message) => {
    await using home = await aDaemonHome({ brokerUrl: 'mqtt://127.0.0.1:1' });
    const model = join(home.folder, 'models', 'tiny-model');
    await cp(tinyModel, model, { recursive: true });
    await damage(model);
    const config = await readFile(home.configFile, 'utf8');
    await writeFile(
      home.configFile,
      config.replace(/directory: .*/, `directory: ${join(home.folder, 'models')}`),
    );

    const { status, stderr } = await runBonewatch(['run', '--config', home.configFile]);

    const errors = stderr.split('\n').filter((line) => line.startsWith('bonewatch: '));
    expect(status).toBe(1);
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatch(message);
  },
);

async function quantise(model: string): Promise<void> {
  const [from, file] = [`${tinyModel}-int8`, 'tiny-model-int8.onnx'];
  await cp(join(from, file), join(model, file));
  const manifest = JSON.parse(await readFile(join(from, 'model.json'), 'utf8')) as object;
  // Even if the manifest does not mention it.
  await edit(model, { ...manifest, quantisation: undefined });
}

function label(name: string) {
  return { name, alert: true };
}

async function edit(model: string, change: object): Promise<void> {
  const file = join(model, 'model.json');
  const manifest = JSON.parse(await readFile(file, 'utf8')) as object;
  await writeFile(file, JSON.stringify({ ...manifest, ...change }));
}

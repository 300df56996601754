import { existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { startInferenceProcess } from '../../../src/inference/process/inference-process.ts';
import { loadModel } from '../../../src/inference/models/load-model.ts';

const tinyModel = fileURLToPath(new URL('../../fixtures/tiny-model', import.meta.url));
let home: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'bonewatch-home-'));
  vi.stubEnv('HOME', home);
  vi.stubEnv('XDG_CACHE_HOME', undefined);
  for (const word of ['CI', 'ORT_DISABLE_TELEMETRY', 'ORT_TELEMETRY_DISABLED']) vi.stubEnv(word, undefined);
});
afterEach(() => vi.unstubAllEnvs());

it('does not tell the vendor of ONNX Runtime what runs here, nor keep an id to be known by', async () => {
  const { path, manifest } = await loadModel(tinyModel);
  const server = startInferenceProcess(() => undefined);

  await server.ask({ type: 'load', path, manifest, provider: 'cpu', runtime: null }, 20_000);

  expect(readdirSync(home)).toEqual([]);
  const environment = `/proc/${server.pid}/environ`;
  if (existsSync(environment))
    expect(readFileSync(environment, 'utf8').split('\0')).toContain('ORT_DISABLE_TELEMETRY=1');
  server.kill();
});

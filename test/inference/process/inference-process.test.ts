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
  for (const name of ['CI', 'ORT_DISABLE_TELEMETRY', 'ORT_TELEMETRY_DISABLED']) vi.stubEnv(name, undefined);
});
afterEach(() => vi.unstubAllEnvs());

it('the inference process sends no ONNX Runtime telemetry and stores no telemetry id', async () => {
  const { path, manifest } = await loadModel(tinyModel);
  const server = startInferenceProcess(() => undefined);

  await server.ask({ type: 'load', path, manifest, provider: 'cpu', runtime: null }, 20_000);

  expect(readdirSync(home)).toEqual([]);
  const environment = `/proc/${server.pid}/environ`;
  if (existsSync(environment))
    expect(readFileSync(environment, 'utf8').split('\0')).toContain('ORT_DISABLE_TELEMETRY=1');
  server.kill();
});

import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { stringify } from 'yaml';
import { runBonewatch } from '../../../support/run-bonewatch.ts';
import { compileStandIn } from '../../../support/stand-in-library.ts';
import { waitUntil } from '../../../support/wait-until.ts';

const fixtures = join(import.meta.dirname, '../../../fixtures');

it(
  'model warm builds the engine in advance and reports it; the second run reuses it',
  { timeout: 60_000 },
  async () => {
    const board = aBoard();
    board.standIn.behave('hang-build-tensorrt');
    const command = board.warm();
    await waitUntil('the build has begun', () => (board.engines().length > 0 ? true : undefined), 30_000);
    board.standIn.behave();

    const first = await command;
    const second = await board.warm();

    expect(first).toMatchObject({ status: 0, stderr: '' });
    expect(first.stdout).toMatch(
      /^tiny-model: on nothing \(tensorrt: its engine is being built\), building for 0 min\ntiny-model: ready on tensorrt after \d+ s\n$/,
    );
    expect(second.stdout).toMatch(/^tiny-model: ready on tensorrt after \d+ s\n$/);
    expect(board.standIn.recorded().filter((line) => line === 'engine written')).toHaveLength(1);
  },
);

it(
  'model warm names the reason when no engine can be built, and exits with 1',
  { timeout: 60_000 },
  async () => {
    const board = aBoard();
    board.standIn.behave('throw-build-tensorrt');

    const { status, stderr } = await board.warm();

    expect(status).toBe(1);
    expect(stderr).toContain('No execution provider works (tensorrt: ');
    expect(board.engines()).toEqual([]);
  },
);

function aBoard() {
  const standIn = compileStandIn();
  const folder = mkdtempSync(join(tmpdir(), 'bonewatch-warm-'));
  const file = join(folder, 'bonewatch.yaml');
  const directory = join(folder, 'engines');
  const models = {
    ...{ directory: fixtures, active: ['tiny-model'], executionProviders: ['tensorrt', 'cpu'] },
    ...{ runtimeLibrary: standIn.path, engines: { directory } },
  };
  const wards = [{ id: 'w3', name: '3' }];
  const inboxes = [{ path: join(folder, 'inbox') }];
  writeFileSync(
    file,
    stringify({ site: { id: 's' }, inboxes, models, wards, broker: { url: 'mqtt://localhost' } }),
  );
  return {
    standIn,
    warm: () => runBonewatch(['model', 'warm', '--config', file]),
    engines: () => readdirSync(folder).flatMap((name) => (name === 'engines' ? readdirSync(directory) : [])),
  };
}

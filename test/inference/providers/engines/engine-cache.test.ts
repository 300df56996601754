import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { processMark } from '../../../../src/inference/providers/engines/process-mark.ts';
import { openEngineCache } from '../../../../src/inference/providers/engines/engine-cache.ts';
import {
  engineKey,
  type EngineIdentity,
} from '../../../../src/inference/providers/engines/engine-manifest.ts';

const identity: EngineIdentity = {
  model: 'a'.repeat(64),
  library: '1.24.0',
  platform: 'R36.4.3 orin',
  options: { trt_fp16_enable: '1' },
};

describe('stored engines', () => {
  it('after a build, the cache contains the engine and no temporary files', async () => {
    const { root, cache } = await aCache();
    expect(await cache.inspect()).toBe('none');

    await cache.build(anEngine('first'));

    expect(await cache.inspect()).toBe('ready');
    expect(readdirSync(root)).toEqual([engineKey(identity)]);
    expect(readFileSync(join(cache.folder, 'model.engine'), 'utf8')).toBe('first');
    expect(await cache.usualBuildMs()).toBe(0);
  });

  it.each([
    ['the weights', { model: 'b'.repeat(64) }],
    ['the version of ONNX Runtime', { library: '1.24.1' }],
    ['the system release of the board', { platform: 'R36.4.4 orin' }],
    ['an option', { options: { trt_fp16_enable: '0' } }],
  ])('a stored engine is not used after a change of %s', async (_, change) => {
    const { root, cache } = await aCache();
    await cache.build(anEngine('first'));

    const { cache: changed } = await aCache({ root, identity: { ...identity, ...change } });

    expect(await changed.inspect()).toBe('none');
    expect(await cache.inspect()).toBe('ready');
  });

  it.each([
    ['changed', (folder: string) => appendFileSync(join(folder, 'model.engine'), '!')],
    ['truncated', (folder: string) => writeFileSync(join(folder, 'model.engine'), '')],
    ['accompanied by another file', (folder: string) => writeFileSync(join(folder, 'other.engine'), 'x')],
    ['without its manifest', (folder: string) => writeFileSync(join(folder, 'engines.json'), '{')],
  ])('an engine that is %s is detected, quarantined and can be rebuilt', async (_, damage) => {
    const { root, cache } = await aCache();
    await cache.build(anEngine('first'));
    damage(cache.folder);

    expect(await cache.inspect()).toBe('damaged');
    await expect(cache.requireUnchanged()).rejects.toMatchObject({ code: 'ENGINE_CACHE_DAMAGED' });
    await cache.quarantine();
    expect(await cache.inspect()).toBe('none');
    await cache.build(anEngine('second'));

    expect(await cache.inspect()).toBe('ready');
    expect(readdirSync(root).sort()).toEqual([engineKey(identity), 'damaged'].sort());
  });

  it('an engine of another identity in this folder is detected', async () => {
    const { root, cache } = await aCache();
    await cache.build(anEngine('first'));
    const { cache: other } = await aCache({ root, identity: { ...identity, library: '1.25.0' } });
    mkdirSync(other.folder);
    for (const name of readdirSync(cache.folder)) {
      writeFileSync(join(other.folder, name), readFileSync(join(cache.folder, name)));
    }

    expect(await other.inspect()).toBe('damaged');
  });

  it('a stored engine remains when the next build fails or writes nothing', async () => {
    const { root, cache } = await aCache();
    await cache.build(anEngine('first'));

    await expect(cache.build(() => Promise.reject(new Error('no space left')))).rejects.toMatchObject({
      code: 'ENGINE_BUILD_FAILED',
      message: 'The engine could not be stored: no space left.',
    });
    await expect(cache.build(() => Promise.resolve())).rejects.toMatchObject({
      code: 'ENGINE_BUILD_FAILED',
      message: 'TensorRT wrote no engine, because it can run no part of the model.',
    });

    expect(await cache.inspect()).toBe('ready');
    expect(readdirSync(root)).toEqual([engineKey(identity)]);
  });

  it('an engine folder that cannot be created is a failed build, not a crash', async () => {
    const { cache } = await aCache({ root: join(aFile(), 'engines') });

    await expect(cache.build(anEngine('first'))).rejects.toMatchObject({
      code: 'ENGINE_BUILD_FAILED',
      message: expect.stringMatching(/^The engine could not be stored: ENOTDIR/) as string,
    });
  });

  it('the next start removes folders of interrupted builds, but not of running builds', async () => {
    const root = mkdtempSync(join(tmpdir(), 'bonewatch-engines-'));
    const { pid: ended } = spawnSync('true');
    const running = `building-${await processMark(process.ppid)}-abc`;
    // Of an ended process, of one whose pid was reused, and of a release without marks.
    for (const abandoned of [`building-${ended}-1-abc`, `building-${process.ppid}-1-abc`, 'building-1-abc'])
      mkdirSync(join(root, abandoned));
    mkdirSync(join(root, running));

    await aCache({ root });

    expect(readdirSync(root)).toEqual([running]);
  });

  it('the cache is bounded: the least recently used engines are removed first, the one in use never', async () => {
    const root = mkdtempSync(join(tmpdir(), 'bonewatch-engines-'));
    const clock = aClock();
    const caches = [];
    for (const library of ['1.22.0', '1.23.0', '1.24.0']) {
      const { cache } = await aCache({ root, identity: { ...identity, library }, clock, maxBytes: 2500 });
      await cache.build(anEngine('x'.repeat(1000)));
      clock.advance(60_000);
      await cache.prune();
      caches.push(cache);
    }

    expect(await Promise.all(caches.map((cache) => cache.inspect()))).toEqual(['none', 'none', 'ready']);
  });

  it('every identity has its own folder', () => {
    const anIdentity = fc.record({
      model: fc.string(),
      library: fc.string(),
      platform: fc.string(),
      options: fc.dictionary(fc.string(), fc.string()),
    });
    fc.assert(
      fc.property(anIdentity, anIdentity, (one, other) => {
        const same = JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
        expect(engineKey(one) === engineKey(other)).toBe(same);
      }),
    );
  });
});

function sorted({ model, library, platform, options }: EngineIdentity) {
  return [model, library, platform, Object.entries(options).sort(([a], [b]) => (a < b ? -1 : 1))];
}

async function aCache(overrides: Partial<Parameters<typeof openEngineCache>[0]> = {}) {
  const root = overrides.root ?? mkdtempSync(join(tmpdir(), 'bonewatch-engines-'));
  const options = { root, identity, maxBytes: 1e9, clock: aClock(), ...overrides };
  return { root, cache: await openEngineCache(options) };
}

function aFile(): string {
  const path = join(mkdtempSync(join(tmpdir(), 'bonewatch-engines-')), 'file');
  writeFileSync(path, '');
  return path;
}

function anEngine(content: string) {
  return (folder: string): Promise<void> => {
    writeFileSync(join(folder, 'model.engine'), content);
    writeFileSync(join(folder, 'model.timing'), 'timing');
    return Promise.resolve();
  };
}

function aClock() {
  let now = 1_700_000_000_000;
  return Object.assign(() => now, { advance: (ms: number) => (now += ms) });
}

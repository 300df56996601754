import { readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openPictureCache } from '../../../src/store/images/picture-cache.ts';
import { aFolder } from '../a-store.ts';

const key = (digit: string): string => `${digit.repeat(64)}-full`;

it('caches pictures up to its size and removes the least recently opened one', async () => {
  const folder = join(aFolder(), 'pictures');
  const cache = await openPictureCache(folder, 250);
  await cache.put(key('a'), new Uint8Array(100));
  await cache.put(key('b'), new Uint8Array(100));
  cache.find(key('a'));

  await cache.put(key('c'), new Uint8Array(100));

  expect(await readdir(folder)).toEqual([key('a'), key('c')]);
  expect(cache.find(key('b'))).toBeUndefined();
});

it('finds its pictures after a restart, readable by their owner only, and caches none that is larger than the cache', async () => {
  const folder = join(aFolder(), 'pictures');
  await (await openPictureCache(folder, 250)).put(key('a'), new Uint8Array(100));

  const again = await openPictureCache(folder, 250);
  await again.put(key('b'), new Uint8Array(251));

  expect(again.find(key('a'))).toBe(join(folder, key('a')));
  expect(again.find(key('b'))).toBeUndefined();
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
});

it('clearing removes all pictures and no other file', async () => {
  const folder = join(aFolder(), 'pictures');
  const cache = await openPictureCache(folder, 250);
  await cache.put(key('a'), new Uint8Array(100));
  await cache.put(key('b'), new Uint8Array(100));
  await writeFile(join(folder, 'note'), 'not ours');

  await cache.clear();

  expect(await readdir(folder)).toEqual(['note']);
  expect(cache.find(key('a'))).toBeUndefined();
});

it('a key that could be a path is rejected', async () => {
  const cache = await openPictureCache(join(aFolder(), 'pictures'), 250);

  await expect(cache.put('../../bonewatch.db', new Uint8Array(1))).rejects.toThrow('Not a picture key');
});

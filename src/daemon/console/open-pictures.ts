import { createReadStream } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import type { Decoder } from '../../analysis/open-decoder.ts';
import type { Config } from '../../config/schema.ts';
import { BonewatchError } from '../../contract/errors.ts';
import type { PathInside } from '../../contract/file-source.ts';
import { sourceOf } from '../claimed-file.ts';
import { openPictureCache } from '../../store/images/picture-cache.ts';
import type { Store } from '../../store/open-store.ts';
import type { DiskMonitor } from '../alarms/monitor-disk.ts';

/** Pictures of stored images, for the console. */
export interface Pictures {
  /**
   * The picture of an image, decoded from its file or read from the cache; null where there is no such image. A small
   * picture is the same in both sizes.
   * Throws FILE_VANISHED where the file is gone or holds another image, or the reason why it cannot be decoded.
   */
  read(id: number, size: PictureSize): Promise<Readable | Uint8Array | null>;
  /** Caches the smaller picture of a file that was decoded for its analysis. */
  cacheQuick(sha256: string, quick: Uint8Array): void;
}

export type PictureSize = 'quick' | 'full';

interface PictureDeps {
  readonly config: Pick<Config, 'store'>;
  readonly store: Pick<Store, 'search'>;
  readonly decoder: Pick<Decoder, 'picture'>;
  readonly disk: Pick<DiskMonitor, 'state' | 'onChange'>;
}

/**
 * Files are opened for reading only; concurrent requests for a picture share one decoding. Nothing is cached while
 * disk space is low.
 */
export async function openPictures({ config, store, decoder, disk }: PictureDeps): Promise<Pictures> {
  const folder = join(dirname(config.store.path), 'pictures');
  const cache = await openPictureCache(folder, config.store.pictureCacheMegabytes * 1024 ** 2);
  const decoding = new Map<number, Promise<Record<PictureSize, Uint8Array | null>>>();
  disk.onChange(({ isLow }) => {
    if (isLow) void cache.clear();
  });

  async function decode(id: number, source: PathInside, sha256: string | null) {
    const { full, quick, sha256: found } = await decoder.picture(source);
    if (sha256 !== null && found !== sha256)
      throw new BonewatchError('FILE_VANISHED', `The file of image ${id} now holds another image.`);
    if (!disk.state().isLow)
      void cache.put(`${found}-quick`, quick ?? full).then(() => cache.put(`${found}-full`, full));
    return { full, quick };
  }

  return {
    cacheQuick(sha256, quick) {
      if (!disk.state().isLow) void cache.put(`${sha256}-quick`, quick);
    },
    async read(id, size) {
      const file = store.search.fileOf(id);
      if (file === undefined) return null;
      const { sha256 } = file;
      const cached = sha256 === null ? undefined : cache.find(`${sha256}-${size}`);
      if (cached !== undefined) return createReadStream(cached);
      const work = decoding.get(id) ?? decode(id, sourceOf(file), sha256);
      decoding.set(id, work);
      try {
        const picture = await work;
        return picture[size] ?? picture.full;
      } finally {
        decoding.delete(id);
      }
    },
  };
}

import { createReadStream } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import type { Config } from '../../config/schema.ts';
import { BonewatchError } from '../../contract/errors.ts';
import type { Analysis } from '../../analysis/open-analysis.ts';
import { openPictureCache } from '../../store/images/picture-cache.ts';
import type { Store } from '../../store/open-store.ts';
import type { TechnicalAlarms } from '../alarms/technical-alarms.ts';

/** Pictures of images in the record, for the console. */
export interface Pictures {
  /**
   * The decoded picture of an image, read anew from its file or from the cache; null where there is no such image. A small
   * picture is whole in every size.
   * Throws FILE_VANISHED where the file is gone or another by now, and whatever else keeps it from being decoded.
   */
  read(id: number, size: PictureSize): Promise<Readable | Uint8Array | null>;
  /** Keeps the smaller picture of a file that was decoded for another reason. */
  keepQuick(sha256: string, quick: Uint8Array): void;
  /** Removes every kept picture: they go first where the disk gets short, and none is kept until there is space. */
  makeRoom(): Promise<void>;
}

export type PictureSize = 'quick' | 'full';

interface PictureParts {
  readonly reporting: { readonly alarms: Pick<TechnicalAlarms, 'active'> };
  readonly config: Pick<Config, 'store'>;
  readonly store: Pick<Store, 'search'>;
  /** Null while it is opened. */
  readonly live: { readonly analysis: Pick<Analysis, 'decoder'> | null };
}

/** Files are opened for reading only; a picture that several people ask for at once is decoded once. */
export async function openPictures({ config, store, live, reporting }: PictureParts): Promise<Pictures> {
  const folder = join(dirname(config.store.path), 'pictures');
  const cache = await openPictureCache(folder, config.store.pictureCacheMegabytes * 1024 ** 2);
  const underWay = new Map<number, Promise<Record<PictureSize, Uint8Array | null>>>();

  function isSpaceShort(): boolean {
    return reporting.alarms.active().some((code) => code === 'DISK_LOW' || code === 'DISK_FULL');
  }

  async function decode(id: number, path: string, sha256: string | null) {
    const decoder = live.analysis?.decoder;
    if (decoder === undefined) throw new BonewatchError('DECODE_CRASHED', 'The decoders are not up yet.');
    const { full, quick, sha256: found } = await decoder.picture(path);
    if (sha256 !== null && found !== sha256)
      throw new BonewatchError('FILE_VANISHED', `The file of image ${id} holds another image now.`);
    if (!isSpaceShort())
      void cache.keep(`${found}-quick`, quick ?? full).then(() => cache.keep(`${found}-full`, full));
    return { full, quick };
  }

  return {
    makeRoom: () => cache.clear(),
    keepQuick(sha256, quick) {
      if (!isSpaceShort()) void cache.keep(`${sha256}-quick`, quick);
    },
    async read(id, size) {
      const file = store.search.fileOf(id);
      if (file === undefined) return null;
      const { sha256 } = file;
      const kept = sha256 === null ? undefined : cache.find(`${sha256}-${size}`);
      if (kept !== undefined) return createReadStream(kept);
      const work = underWay.get(id) ?? decode(id, join(file.inbox, file.path), sha256);
      underWay.set(id, work);
      try {
        const picture = await work;
        return picture[size] ?? picture.full;
      } finally {
        underWay.delete(id);
      }
    },
  };
}

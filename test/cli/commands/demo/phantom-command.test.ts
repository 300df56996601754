import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import dicomParser from 'dicom-parser';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  PHANTOM_ENCODERS,
  writePhantoms,
  type PhantomsOptions,
} from '../../../../src/cli/commands/demo/phantom.ts';
import { drawPhantom } from '../../../../src/phantom/draw-phantom.ts';
import type { PhantomCoco } from '../../../../src/phantom/phantom-coco.ts';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'bonewatch-phantom-'));
});

afterEach(async () => {
  await rm(directory, { recursive: true });
});

async function written(options: Partial<PhantomsOptions>): Promise<PhantomCoco> {
  await writePhantoms({ directory, count: 4, firstSeed: 2, formats: ['jpeg'], longSide: 140, ...options });
  return JSON.parse(await readFile(join(directory, 'phantoms.coco.json'), 'utf8')) as PhantomCoco;
}

describe('bonewatch phantom', () => {
  it('phantom writes each phantom in every requested format, under a name that describes it', async () => {
    await written({ count: 3, formats: ['dicom', 'jpeg', 'png'] });

    const names = ['phantom-hip-2-fractured', 'phantom-hip-2-intact', 'phantom-forearm-3-fractured'];
    const files = names.flatMap((name) => ['dcm', 'jpg', 'png'].map((extension) => `${name}.${extension}`));
    expect((await readdir(directory)).toSorted()).toEqual([...files, 'phantoms.coco.json'].toSorted());
  });

  it('phantom writes the annotations: every picture once, a box for each fracture and none for an intact bone', async () => {
    const coco = await written({});

    expect(coco.categories).toEqual([{ id: 1, name: 'fracture' }]);
    expect(coco.images.map((image) => image.id)).toEqual([1, 2, 3, 4]);
    expect(coco.annotations.map((annotation) => annotation.image_id)).toEqual([1, 3]);
    for (const image of coco.images) {
      const boxes = coco.annotations.filter((annotation) => annotation.image_id === image.id);
      expect(boxes).toHaveLength(image.file_name.includes('fractured') ? 1 : 0);
      for (const { bbox, area } of boxes) {
        const [x, y, width, height] = bbox;
        expect(area).toBe(width * height);
        expect(x + width).toBeLessThanOrEqual(image.width);
        expect(y + height).toBeLessThanOrEqual(image.height);
      }
    }
  });

  it('phantom writes the drawn pixels unchanged to DICOM', async () => {
    await written({ count: 1, firstSeed: 3, formats: ['dicom'] });

    const dataset = dicomParser.parseDicom(
      await readFile(join(directory, 'phantom-forearm-3-fractured.dcm')),
    );
    expect([dataset.uint16('x00280011'), dataset.uint16('x00280010')]).toEqual([100, 140]);
  });

  it('phantom stops between two pictures when it is aborted', async () => {
    const request = { directory, count: 2, firstSeed: 1, formats: ['png'] as const, longSide: 60 };

    await expect(writePhantoms(request, PHANTOM_ENCODERS, AbortSignal.abort())).rejects.toThrow();

    expect(await readdir(directory)).toEqual([]);
  });

  it('phantom encodes eight-bit pictures of the size of the phantom', async () => {
    const phantom = drawPhantom({ kind: 'hand', isFractured: false, seed: 1, width: 50, height: 70 });

    const png = Buffer.from(await PHANTOM_ENCODERS.png(phantom));

    expect([png.readUInt32BE(16), png.readUInt32BE(20), png.readUInt8(24)]).toEqual([50, 70, 8]);
  });
});

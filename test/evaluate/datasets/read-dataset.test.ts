import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fracturesInPixels } from '../../../src/evaluate/datasets/labelled-image.ts';
import { readDataset } from '../../../src/evaluate/datasets/read-dataset.ts';
import { readSplit } from '../../../src/evaluate/datasets/read-split.ts';

const SIZE = { width: 200, height: 100 };
const BOX = { x: 20, y: 30, width: 40, height: 10 };
const COCO = {
  images: [
    { id: 7, file_name: 'a.png', ...SIZE },
    { id: 9, file_name: 'b.png', ...SIZE },
  ],
  annotations: [{ image_id: 7, bbox: [20, 30, 40, 10], segmentation: [[20, 30, 60, 30, 60, 40, 20, 40]] }],
};
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bonewatch-dataset-'));
  await put('images/a.png', 'not looked at');
  await put('images/b.png', 'not looked at');
});
afterEach(() => rm(folder, { recursive: true }));

describe('a labelled folder', () => {
  it.each([
    ['coco', () => put('annotations.json', JSON.stringify(COCO))],
    ['yolo', () => put('labels/a.txt', '0 0.2 0.35 0.2 0.1\n')],
    ['yolo', () => put('images/a.txt', '0 0.1 0.3 0.3 0.3 0.3 0.4 0.1 0.4\n')],
    ['voc', () => put('Annotations/a.xml', vocXml())],
    ['vgg', () => put('via.json', JSON.stringify(vgg()))],
    ['vgg', () => put('via.json', JSON.stringify({ _via_img_metadata: vgg() }))],
    [
      'fracatlas',
      async () => {
        await put('annotations.coco.json', JSON.stringify(COCO));
        await put('dataset.csv', 'image_id,hand,fractured,fracture_count\na.png,1,1,2\nb.png,0,0,0\n');
      },
    ],
  ])('of the format %s is recognised, with the same content', async (format, write) => {
    await write();

    const dataset = await readDataset(folder);

    const [first, second] = dataset.images;
    const fractures = fracturesInPixels(first!, SIZE);
    expect(dataset.format).toBe(format);
    expect(dataset.images.map(({ path }) => path)).toEqual([
      join(folder, 'images/a.png'),
      join(folder, 'images/b.png'),
    ]);
    expect(second?.fractures).toEqual([]);
    expect(fractures).toHaveLength(1);
    for (const side of ['x', 'y', 'width', 'height'] as const) {
      expect(fractures[0]?.box[side]).toBeCloseTo(BOX[side], 9);
    }
  });

  it('has the claims of its own columns in addition to the drawn fractures', async () => {
    await put('annotations.coco.json', JSON.stringify(COCO));
    await put('dataset.csv', 'image_id,hand,hardware,frontal,fractured,fracture_count\na.png,1,0,1,1,2\n');

    const { images } = await readDataset(folder);

    expect(images[0]).toMatchObject({
      facts: { bodyParts: ['hand'], views: ['frontal'], hasHardware: false },
      claims: { isFractured: true, fractureCount: 2 },
    });
  });

  it('has age and body part from a cases.csv of the hospital', async () => {
    await put('annotations.json', JSON.stringify(COCO));
    await put('cases.csv', 'file,bodyPart,view,hardware,ageYears\na.png,hip,AP,yes,81\n');

    const { images } = await readDataset(folder);

    expect(images[0]?.facts).toEqual({ bodyParts: ['hip'], views: ['AP'], hasHardware: true, ageYears: 81 });
  });

  it.each([
    ['no labels at all', () => Promise.resolve(), /no labels of a known format/],
    ['a malformed YOLO line', () => put('labels/a.txt', '0 0.2 nonsense\n'), /neither a box nor an outline/],
    [
      'a VOC object without a box',
      () => put('a.xml', '<annotation><object/><object></object></annotation>'),
      /bndbox/,
    ],
  ])('is refused with one clear reason: %s', async (_, write, message) => {
    await write();

    await expect(readDataset(folder)).rejects.toMatchObject({
      code: 'DATASET_INVALID',
      message: expect.stringMatching(message) as string,
    });
  });
});

describe('a split', () => {
  it('names the images of one part and the groups they belong to', async () => {
    await put(
      'split.json',
      JSON.stringify({ train: [{ file: 'x.png' }], validation: [{ file: 'a.png', group: 'g' }] }),
    );

    expect([...(await readSplit(join(folder, 'split.json'), 'validation'))]).toEqual([['a.png', 'g']]);
    await expect(readSplit(join(folder, 'split.json'), 'test')).rejects.toThrow(/has no part test/);
  });

  it('may be a plain list, one file a line', async () => {
    await put('split.txt', 'a.png\n\nb.png\n');

    expect([...(await readSplit(join(folder, 'split.txt'), 'validation')).keys()]).toEqual([
      'a.png',
      'b.png',
    ]);
  });
});

async function put(name: string, content: string): Promise<void> {
  await mkdir(dirname(join(folder, name)), { recursive: true });
  await writeFile(join(folder, name), content);
}

function vocXml(): string {
  const bounds = '<bndbox><xmin>20</xmin><ymin>30</ymin><xmax>60</xmax><ymax>40</ymax></bndbox>';
  const size = '<size><width>200</width><height>100</height></size>';
  return `<annotation>${size}<object><name>fractured</name>${bounds}</object></annotation>`;
}

function vgg(): object {
  const shape = { name: 'polygon', all_points_x: [20, 60, 60, 20], all_points_y: [30, 30, 40, 40] };
  return {
    'a.png123': {
      filename: 'a.png',
      size: 123,
      regions: [{ shape_attributes: shape, region_attributes: {} }],
    },
  };
}

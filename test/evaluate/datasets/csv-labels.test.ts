import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readDataset } from '../../../src/evaluate/datasets/read-dataset.ts';

const COCO = { images: [{ id: 1, file_name: 'a.png' }], annotations: [] };
const HEADER = 'comment,image_id,hand,hip,hardware,frontal,fractured,fracture_count';
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bonewatch-csv-'));
  await put('annotations.coco.json', JSON.stringify(COCO));
});
afterEach(() => rm(folder, { recursive: true }));

describe('dataset.csv', () => {
  it.each([
    ['an empty first cell', [HEADER, ',a.png,0,1,1,1,0,0']],
    ['a quoted line break', [HEADER, '"first line\nsecond line",a.png,0,1,1,1,0,0']],
    ['a quoted comma', [HEADER, '"plate, screws",a.png,0,1,1,1,0,0']],
    ['a doubled quote', [HEADER, '"a ""plate""",a.png,0,1,1,1,0,0']],
    ['an empty quoted cell', [HEADER, '"",a.png,0,1,1,1,0,0']],
    ['spaces around cells', [HEADER, ' note , a.png , 0 , 1 , 1 , 1 , 0 , 0 ']],
    ['a byte order mark', [`\uFEFF${HEADER.replace('comment,', '')}`, 'a.png,0,1,1,1,0,0']],
    ['empty lines, and lines of commas alone', [HEADER, '', ',a.png,0,1,1,1,0,0', ',,,,,,,', '']],
  ])('gives each image its own columns despite %s', async (_, lines) => {
    for (const lineBreak of ['\n', '\r\n']) {
      await put('dataset.csv', lines.join(lineBreak) + lineBreak);

      const { images } = await readDataset(folder);

      expect(images).toHaveLength(1);
      expect(images[0]).toMatchObject({
        file: 'a.png',
        facts: { bodyParts: ['hip'], views: ['frontal'], hasHardware: true },
        claims: { isFractured: false, fractureCount: 0 },
      });
    }
  });

  it.each([
    [
      'a row that is too short',
      `${HEADER}\n,a.png,0,1,1,1,0,0\n,b.png,0,1\n`,
      /dataset\.csv, line 3: .*4 .*8/,
    ],
    ['a row that is too long', `${HEADER}\n,a.png,0,1,1,1,0,0,7\n`, /dataset\.csv, line 2: .*9 .*8/],
    ['a quote that never ends', `${HEADER}\n"never,a.png,0,1,1,1,0,0\n`, /dataset\.csv, line \d/],
    ['a row after a quoted line break', `${HEADER}\n"two\nlines",a.png,0,1,1,1,0,0\nshort\n`, /line 4/],
    [
      'a row without the name of an image',
      `${HEADER}\nnote,,0,1,1,1,0,0\n`,
      /dataset\.csv, line 2: .*image_id/,
    ],
    ['no column with the name of the image', 'file,hand\na.png,1\n', /dataset\.csv: .*image_id/],
    ['no line at all', '', /dataset\.csv: .*image_id/],
  ])('is rejected with its line for %s', async (_, text, message) => {
    await put('dataset.csv', text);

    await expect(readDataset(folder, 'fracatlas')).rejects.toMatchObject({
      code: 'DATASET_INVALID',
      message: expect.stringMatching(message) as string,
    });
  });
});

describe('cases.csv', () => {
  it('gives an image its body part though the cell before it is empty', async () => {
    await put('cases.csv', 'ageYears,file,bodyPart,view,hardware\n,a.png,hip;pelvis,"AP",yes\n');

    const { images } = await readDataset(folder);

    expect(images[0]?.facts).toEqual({
      bodyParts: ['hip', 'pelvis'],
      views: ['AP'],
      hasHardware: true,
      ageYears: null,
    });
  });

  it('is rejected with its line when a row does not have as many cells as the header', async () => {
    await put('cases.csv', 'file,bodyPart\na.png,hip\nb.png\n');

    await expect(readDataset(folder)).rejects.toMatchObject({
      code: 'DATASET_INVALID',
      message: expect.stringMatching(/cases\.csv, line 3/) as string,
    });
  });

  it('is rejected when no column names the file', async () => {
    await put('cases.csv', 'image,bodyPart\na.png,hip\n');

    await expect(readDataset(folder)).rejects.toMatchObject({
      code: 'DATASET_INVALID',
      message: expect.stringMatching(/cases\.csv: .*file/) as string,
    });
  });
});

async function put(name: string, content: string): Promise<void> {
  await writeFile(join(folder, name), content);
}

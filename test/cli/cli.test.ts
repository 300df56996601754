import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AnalysisResult } from '../../src/contract/analysis-result.ts';
import { decodeRaster } from '../../src/radiograph/pictures/raster-codec.ts';
import { runBonewatch } from '../support/run-bonewatch.ts';
import { squarePng } from '../support/squares.ts';
import { writeDicom } from '../support/write-dicom.ts';

const tinyModel = fileURLToPath(new URL('../fixtures/tiny-model', import.meta.url));
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bonewatch-cli-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('the command line', { timeout: 60_000 }, () => {
  it('an unsupported Node is reported in one line with the required version', async () => {
    const old = join(folder, 'old-node.cjs');
    await writeFile(old, "Object.defineProperty(process, 'versions', { value: { node: '18.19.0' } });");

    const { status, stderr, stdout } = await runBonewatch(['demo'], ['--require', old]);

    expect(status).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^bonewatch: needs Node 24 or newer, this is Node 18\.19\.0 .*\n$/);
  });

  it('config check lists every fault of a configuration with its line and exits with 78', async () => {
    const file = join(folder, 'bonewatch.yaml');
    await writeFile(file, 'inboxes:\n  - path: relative\n    colour: red\nwards: []\n');

    const checked = await runBonewatch(['config', 'check', file]);
    const started = await runBonewatch(['run', '--config', file]);

    expect(checked.status).toBe(78);
    expect(checked.stdout.trim().split('\n')).toHaveLength(3);
    expect(checked.stdout).toContain(`${file}:3: inboxes[0].colour: Unknown key colour.`);
    expect(started.status).toBe(78);
    expect(started.stderr).toContain(`${file}:3: inboxes[0].colour: Unknown key colour.`);
  });

  it('config print prints a configuration with all defaults, which is a valid configuration', async () => {
    const file = join(folder, 'bonewatch.yaml');
    await writeFile(file, 'inboxes: [{path: /srv/export}]\nwards: [{id: w3, name: 3병동}]\n');

    const printed = await runBonewatch(['config', 'print', file]);
    await writeFile(file, printed.stdout);

    expect((await runBonewatch(['config', 'check', '--file-only', file])).status).toBe(0);
    expect(printed.stdout).toContain('rescanSeconds: 30');
  });

  it('analyze --json prints one JSON object per file on standard output, in the order of the input', async () => {
    await mkdir(join(folder, 'study', 'series.dcm'), { recursive: true });
    await writeFile(join(folder, 'study', 'a.png'), await squarePng(1, { isFractured: true }));
    await writeFile(join(folder, 'study', 'b.txt'), 'a note among the images');
    await writeFile(join(folder, 'study', 'series.dcm', 'c.png'), await squarePng(2, { isFractured: false }));
    await writeFile(join(folder, 'note.txt'), 'named by hand, so it is answered');

    const paths = [join(folder, 'note.txt'), join(folder, 'study')];
    const { status, stdout } = await runBonewatch(['analyze', ...paths, '--model', tinyModel, '--json']);

    const results = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as AnalysisResult);
    expect(status).toBe(0);
    expect(results.map(({ file, status: s, outcome, reason }) => [file, s, outcome ?? reason?.code])).toEqual(
      [
        [join(folder, 'note.txt'), 'not-analysed', 'NOT_AN_IMAGE'],
        [join(folder, 'study', 'a.png'), 'analysed', 'fracture-detected'],
        [join(folder, 'study', 'series.dcm', 'c.png'), 'analysed', 'no-fracture-detected'],
      ],
    );
    expect(results[1]).toMatchObject({
      schema: 'bonewatch.result/1',
      executionProvider: 'cpu',
      degraded: false,
      findings: [{ label: 'fracture', polygon: null }],
      notForDiagnosis: true,
    });
    expect(results[1]?.sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  it('analyze reports the header of a radiograph whose pixels do not decode', async () => {
    const file = join(folder, 'a.dcm');
    const elements = [
      ['00080060', 'CS', 'DX'],
      ['00180015', 'CS', 'WRIST'],
    ] as const;
    await writeFile(file, writeDicom({ rows: 4000, columns: 3000, stored: [0], bitsStored: 12, elements }));

    const { stdout } = await runBonewatch(['analyze', file, '--model', tinyModel, '--json']);

    expect(JSON.parse(stdout)).toMatchObject({
      status: 'failed',
      reason: { code: 'PIXELS_CORRUPT' },
      image: { modality: 'DX', bodyPart: 'WRIST', width: null, height: null },
      timingsMs: null,
    });
  });

  it('analyze names the path that does not exist', async () => {
    const { status, stderr } = await runBonewatch(['analyze', join(folder, 'nowhere'), '--model', tinyModel]);

    expect(status).toBe(1);
    expect(stderr).toContain('nowhere does not exist. [PATH_NOT_FOUND]');
  });

  it('analyze --overlay draws the findings on a copy and leaves the original unchanged', async () => {
    const file = join(folder, 'a.png');
    const original = await squarePng(3, { isFractured: true });
    await writeFile(file, original);

    await runBonewatch(['analyze', file, '--model', tinyModel, '--overlay', join(folder, 'overlay')]);

    expect(await readFile(file)).toEqual(original);
    const copy = await readFile(join(folder, 'overlay', 'a.png.png'));
    const { width, height } = await decodeRaster(copy, () => undefined);
    expect([width, height]).toEqual([128, 128]);
  });

  it('render writes the displayed picture, and with --raw the stored values', async () => {
    const stored = Uint16Array.from({ length: 100 * 100 }, (_, index) => index % 4096);
    const file = join(folder, 'a.dcm');
    await writeFile(file, writeDicom({ rows: 100, columns: 100, stored, bitsStored: 12 }));

    await runBonewatch(['render', file, '--raw', '--out', join(folder, 'raw.png')]);
    await runBonewatch(['render', file, '--bits', '16', '--out', join(folder, 'shown.png')]);

    const raw = await decodeRaster(await readFile(join(folder, 'raw.png')), () => undefined);
    const shown = await decodeRaster(await readFile(join(folder, 'shown.png')), () => undefined);
    expect(raw.pixels).toEqual(stored);
    expect([Math.min(...shown.pixels), Math.max(...shown.pixels)]).toEqual([0, 65_535]);
  });

  it('render exits with 65 for an undecodable file, and prints the code and what to do', async () => {
    const file = join(folder, 'a.dcm');
    await writeFile(file, 'not a radiograph');

    const { status, stderr } = await runBonewatch(['render', file, '--out', join(folder, 'a.png')]);

    expect(status).toBe(65);
    expect(stderr).toContain('[NOT_AN_IMAGE]');
  });
});

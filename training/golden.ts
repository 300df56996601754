/** Writes the demo phantoms and the findings expected in them into a model's manifest: `node golden.ts MODEL_FOLDER` */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Manifest } from '../src/inference/models/manifest.ts';
import { drawPhantom } from '../src/phantom/draw-phantom.ts';
import { DEMO_PHANTOMS, phantomName } from '../src/phantom/phantom-set.ts';

/** Maximum distance between the centres of a finding and a fracture, as a share of the phantom's longer side. */
const TOLERANCE = 0.04;

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('Usage: node golden.ts MODEL_FOLDER');
const file = join(folder, 'model.json');
const manifest = JSON.parse(await readFile(file, 'utf8')) as Manifest;
// A classifier marks the whole picture, so only the presence of a finding can be checked.
const tolerance = manifest.task === 'classification' ? 1 : TOLERANCE;
const golden = DEMO_PHANTOMS.map((request) => {
  const { boxes, width, height } = drawPhantom(request);
  return {
    phantom: phantomName(request),
    boxes,
    tolerancePx: Math.round(Math.max(width, height) * tolerance),
  };
});
await writeFile(file, `${JSON.stringify({ ...manifest, golden }, null, 2)}\n`);

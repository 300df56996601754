/**
 * `npm run bench:flood`: images through the daemon while both of its ports are flooded with connections of this machine
 * alone, as JSON on standard output. Exit 1 where an image is late or another machine gets no page.
 */
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { SHIPPED_MODELS_DIRECTORY } from '../../src/contract/package-facts.ts';
import { drawPhantom } from '../../src/phantom/draw-phantom.ts';
import { phantomSeries } from '../../src/phantom/phantom-set.ts';
import { writePhantomDicom } from '../../src/phantom/write-phantom-dicom.ts';
import { measureFlood } from '../support/flood/measure-flood.ts';

const { values } = parseArgs({
  options: {
    images: { type: 'string', default: '120' },
    connections: { type: 'string', default: '16384' },
    machines: { type: 'string', default: '200' },
    rate: { type: 'string', default: '1500' },
    files: { type: 'string', default: '16384' },
  },
});
const images = phantomSeries(Number(values.images), 100).map((request) =>
  writePhantomDicom(drawPhantom(request)),
);
const report = await measureFlood({
  images,
  plan: {
    connections: Number(values.connections),
    machines: Number(values.machines),
    attemptsPerSecond: Number(values.rate),
  },
  maxOpenFiles: Number(values.files),
  config: {
    models: {
      directory: SHIPPED_MODELS_DIRECTORY,
      active: ['fracture-default'],
      executionProviders: ['cpu'],
    },
  },
});
const machine = `${cpus()[0]?.model.trim() ?? 'unknown'}, ${cpus().length} cores`;
const measured = new Date().toISOString().slice(0, 10);
process.stdout.write(
  `${JSON.stringify({ measured, cpu: machine, node: process.versions.node, ...report }, null, 2)}\n`,
);
process.exitCode = report.during.failedRequests === 0 && report.during.imageMs.p95 < 5_000 ? 0 : 1;

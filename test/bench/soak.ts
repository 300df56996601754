/** `npm run bench:soak`: days of load in minutes, as JSON on standard output. Exits with 1 if memory, open files or query times grow. */
import { writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { soak } from '../support/soak.ts';

const { values } = parseArgs({
  options: {
    images: { type: 'string', default: '20000' },
    rows: { type: 'string', default: '1000000' },
    out: { type: 'string' },
  },
});
const report = await soak({
  images: Number(values.images),
  rows: Number(values.rows),
  onBatch: (answered) => process.stderr.write(`\r${answered} images`),
});
const [, second = 0, , last = 0] = report.daemonMegabytes;
const [, secondFiles = 0, , lastFiles = 0] = report.fileDescriptors;
const slowestQueryP99Ms = Math.max(...Object.values(report.queryP99Ms));
const verdict = {
  memoryGrowth: Math.round((last / second - 1) * 1000) / 1000,
  isMemoryFlat: last <= second * 1.05,
  areFilesFlat: lastFiles <= secondFiles + 1,
  slowestQueryP99Ms,
  areQueriesFast: slowestQueryP99Ms < 5,
};
const machine = {
  cpu: `${cpus()[0]?.model.trim() ?? 'unknown'}, ${cpus().length} cores`,
  node: process.versions.node,
};
const text = `${JSON.stringify({ measured: new Date().toISOString().slice(0, 10), ...machine, ...report, verdict }, null, 2)}\n`;
if (values.out !== undefined) await writeFile(values.out, text);
process.stdout.write(text);
process.exitCode = verdict.isMemoryFlat && verdict.areFilesFlat && verdict.areQueriesFast ? 0 : 1;

import { expect, it } from 'vitest';
import { mosquittoAvailable } from '../support/mosquitto.ts';
import { soak } from '../support/soak.ts';

const isLong = process.env['BONEWATCH_LONG'] === '1';
const IMAGES = isLong ? 20_000 : 1200;
const ROWS = isLong ? 1_000_000 : 50_000;
/** Memory of the last quarter relative to the second. In a short run the heap is still growing to its working size. */
const MEMORY_GROWTH = isLong ? 1.05 : 1.25;
const QUERY_MS = isLong ? 5 : 10;
const hasMosquitto = mosquittoAvailable('the short soak');

it.runIf(hasMosquitto)(
  `the daemon holds no more files and memory after ${IMAGES} images, and is fast with ${ROWS} rows in its database`,
  { timeout: isLong ? 3_600_000 : 180_000 },
  async () => {
    const report = await soak({
      images: IMAGES,
      rows: ROWS,
      onBatch(answered) {
        if (isLong && answered % 1000 === 0) console.log(`${answered} images`);
      },
    });
    console.log(JSON.stringify(report));

    const [, second = 0, , last = 0] = report.daemonMegabytes;
    const [, secondFiles = 0, , lastFiles = 0] = report.fileDescriptors;
    expect(last).toBeLessThanOrEqual(second * MEMORY_GROWTH);
    expect(lastFiles).toBeLessThanOrEqual(secondFiles + 1);
    expect(report.alerts).toBe(IMAGES / 50);
    // `npm run bench:soak` measures the elapsed time, on an otherwise idle machine.
    expect(Math.max(...Object.values(report.queryCpuP99Ms))).toBeLessThan(QUERY_MS);
  },
);

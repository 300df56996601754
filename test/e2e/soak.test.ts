import { expect, it } from 'vitest';
import { mosquittoAvailable } from '../support/mosquitto.ts';
import { soak } from '../support/soak.ts';

const hasMosquitto = mosquittoAvailable('the short soak');

it.runIf(hasMosquitto)(
  'holds no more files after 1,200 images, hardly more memory, and answers fast over a long record',
  { timeout: 180_000 },
  async () => {
    const report = await soak({ images: 1200, rows: 50_000 });

    const [, second = 0, , last = 0] = report.daemonMegabytes;
    const [, secondFiles = 0, , lastFiles = 0] = report.fileDescriptors;
    // The heap is still finding its size here; that it stays there is shown by `npm run bench:soak`.
    expect(last).toBeLessThan(second * 1.25);
    expect(lastFiles).toBeLessThanOrEqual(secondFiles + 1);
    expect(report.alerts).toBe(1200 / 50);
    expect(Math.max(...Object.values(report.queryP99Ms))).toBeLessThan(10);
  },
);

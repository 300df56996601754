import { expect, describe, it } from 'vitest';
import { chromiumAvailable, startChromium } from '../support/chromium.ts';
import { measureFlood } from '../support/flood/measure-flood.ts';
import { mosquittoAvailable } from '../support/mosquitto.ts';
import { squareDicom } from '../support/squares.ts';

const NAME = 'a flood of connections to both ports';
const canRun = [chromiumAvailable(NAME), mosquittoAvailable(NAME)].every(Boolean);

describe.runIf(canRun)(NAME, () => {
  it(
    'leaves the daemon running, images analysed, and the pages to other machines',
    { timeout: 180_000 },
    async () => {
      const images = Array.from({ length: 12 }, (_unused, index) =>
        squareDicom(index, { isFractured: true, study: index + 1 }),
      );
      await using chromium = await startChromium();
      let alerts = '';

      const report = await measureFlood({
        images,
        plan: { connections: 4_000, machines: 100, attemptsPerSecond: 1_000 },
        maxOpenFiles: 2_048,
        async during(_daemon, url) {
          // Its connections come from the address that it connects to.
          const ward = await chromium.openPage(`${url}/ward/w3`);
          await ward.waitForSelector('.row, .arrival');
          alerts = (await ward.textContent('body')) ?? '';
        },
      });

      expect(report.during).toMatchObject({ images: 6, failedRequests: 0 });
      expect(report.during.maxFileDescriptors).toBeLessThan(2_048 - 512);
      expect(report.flood.attempts).toBeGreaterThanOrEqual(4_000);
      expect(report.flood.closed).toBeGreaterThan(2_000);
      expect(report.refusalLines).toBeLessThan(100);
      expect(alerts).toContain('손목');
    },
  );
});

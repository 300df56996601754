import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anAlert } from '../../support/an-alert.ts';
import { buildPages } from '../../support/build-pages.ts';
import type { BuiltPages } from '../../support/build-pages.ts';
import { chromiumAvailable, startChromium } from '../../support/chromium.ts';
import type { Chromium } from '../../support/chromium.ts';
import { mosquittoAvailable } from '../../support/mosquitto.ts';
import { openWardFixture } from '../../support/ward-fixture.ts';

const NAME = 'the size and the start-up time of the ward display';
const canRun = [chromiumAvailable(NAME), mosquittoAvailable(NAME)].every(Boolean);
const MAX_BYTES = 150_000;
/** The promised time on an otherwise idle machine: the test retries to reach it and prints the times. */
const AIM_MS = 1_000;
/** The time that must hold even while other tests use the processor. */
const MAX_MS = 2_000;
const SLOWED = 4;
const RUNS = 6;

describe.skipIf(!canRun)(NAME, () => {
  let pages: BuiltPages;
  let chromium: Chromium;

  beforeAll(async () => {
    pages = await buildPages();
    chromium = await startChromium();
  });

  afterAll(async () => {
    await chromium[Symbol.asyncDispose]();
    await pages[Symbol.asyncDispose]();
  });

  it('stay under 150 kB over the wire, font included, in every state', async () => {
    await using ward = await openWardFixture({ pages: pages.folder });
    await ward.device.alert(anAlert({ id: 'a', priority: 'high' }));
    await ward.device.alert(anAlert({ id: 'b' }));
    const page = await chromium.openPage('about:blank', { serviceWorkers: 'block' });
    const session = await page.context().newCDPSession(page);
    const sizes = new Map<string, number>();
    const urls = new Map<string, string>();
    session.on('Network.requestWillBeSent', ({ requestId, request }) => urls.set(requestId, request.url));
    session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
      sizes.set(new URL(urls.get(requestId) ?? 'about:blank').pathname, encodedDataLength);
    });
    await session.send('Network.enable');

    await page.goto(ward.url);
    await page.waitForSelector('.arrival');
    await page.evaluate('document.fonts.ready.then(() => true)');

    const total = [...sizes.values()].reduce((sum, size) => sum + size, 0);
    console.log(`over the wire: ${total} bytes`, Object.fromEntries(sizes));
    expect([...sizes.keys()].filter((path) => path.endsWith('.woff2'))).toHaveLength(1);
    expect(total).toBeLessThan(MAX_BYTES);
  });

  it(
    'let a computer that is four times slower show the display and accept a touch soon',
    { timeout: 120_000 },
    async () => {
      await using ward = await openWardFixture({ pages: pages.folder });
      await ward.device.alert(anAlert({ id: 'a' }));
      const times: number[] = [];
      // The best of several attempts: other work on this machine is not the page's cost.
      for (let run = 0; run < RUNS && Math.min(...times) >= AIM_MS; run += 1) {
        const page = await chromium.openPage('about:blank', { serviceWorkers: 'block' });
        const session = await page.context().newCDPSession(page);
        await session.send('Emulation.setCPUThrottlingRate', { rate: SLOWED });

        await page.addInitScript(`
        addEventListener('DOMContentLoaded', () => new MutationObserver((_changes, observer) => {
          if (document.querySelector('.row .ack') === null) return;
          observer.disconnect();
          setTimeout(() => { globalThis.interactiveAt = performance.now(); });
        }).observe(document.body, { childList: true, subtree: true }));
      `);
        await page.goto(ward.url);
        await page.waitForFunction(() => 'interactiveAt' in globalThis);
        times.push(await page.evaluate<number>('globalThis.interactiveAt'));
        await page.click('.row .ack');
        await page.waitForSelector('.name-choice');
        await page.context().close();
      }

      console.log(`interactive after ${times.map((time) => `${Math.round(time)} ms`).join(', ')}`);
      expect(Math.min(...times)).toBeLessThan(MAX_MS);
    },
  );
});

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anAlert } from '../../support/an-alert.ts';
import { buildPages } from '../../support/build-pages.ts';
import type { BuiltPages } from '../../support/build-pages.ts';
import { chromiumAvailable, startChromium } from '../../support/chromium.ts';
import type { Chromium } from '../../support/chromium.ts';
import { phantomPictures, pictured } from '../../support/marked-phantoms.ts';
import { mosquittoAvailable } from '../../support/mosquitto.ts';
import { untilCached } from '../../support/until-cached.ts';
import { openWardFixture } from '../../support/ward-fixture.ts';

const NAME = 'the accessibility of the ward display';
const canRun = [chromiumAvailable(NAME), mosquittoAvailable(NAME)].every(Boolean);
const AXE = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8');
const WCAG_22_AA = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** Every state of the display, in an order that one page can go through. */
const SCREENS = [
  ['by day, on a wall', { viewport: { width: 1920, height: 1080 } }, { from: '00:00', until: '00:00' }],
  ['at night, on a tablet', { viewport: { width: 1280, height: 800 } }, { from: '00:00', until: '23:59' }],
  ['on a phone', { viewport: { width: 390, height: 844 } }, { from: '00:00', until: '00:00' }],
] as const;

/** Every alert except the last has a picture. */
const PICTURES = [0, 1, 2, 3, 4].map((number) => pictured(number));
const ROUTES = [phantomPictures(Object.fromEntries(PICTURES.map(({ id }) => [id, ['hand', 'suspected']])))];

describe.skipIf(!canRun)(NAME, () => {
  let pages: BuiltPages;
  let chromium: Chromium;

  beforeAll(async () => {
    pages = await buildPages();
    chromium = await startChromium(['--autoplay-policy=no-user-gesture-required']);
  });

  afterAll(async () => {
    await chromium[Symbol.asyncDispose]();
    await pages[Symbol.asyncDispose]();
  });

  it.each(SCREENS)(
    'has no violation of WCAG 2.2 AA in any state: %s',
    { timeout: 90_000 },
    async (...given) => {
      const [, options, night] = given;
      await using ward = await openWardFixture({ pages: pages.folder, night, routes: ROUTES });
      const page = await chromium.openPage(ward.url, { ...options, reducedMotion: 'reduce' });
      const found: string[] = [];
      const check = async (state: string, selector: string): Promise<void> => {
        await page.waitForSelector(selector);
        found.push(...(await violations(page)).map((violation) => `${state}: ${violation}`));
      };

      await check('quiet', '.quiet');
      await ward.device.info(['EXECUTION_PROVIDER_UNAVAILABLE']);
      await check('degraded', '.lane.slow');
      await ward.device.info(['DISK_FULL']);
      await check('stopped', '.not-live.stopped');
      await ward.device.info([]);
      await ward.device.alert(anAlert({ ...PICTURES[0], priority: 'high', outcome: 'fracture-detected' }));
      await check('arrival', '.arrival.has-image');
      await page.click('.arrival .ack');
      await check('who', '.name-choice');
      await page.click('.other');
      await check('another name', '.other-name');
      await page.click('.name');
      await check('undo', '.row.done');
      for (const [index, priority] of (['medium', 'low', 'medium', 'low', 'low'] as const).entries()) {
        const state = index === 0 ? 'escalated' : 'open';
        const place = { ward: index === 0 ? 'er' : 'ward-3' };
        await ward.device.alert(
          anAlert({ ...pictured(index + 1), priority, state, place, minutesAgo: index === 0 ? 7 : 1 }),
        );
      }
      await check('more than there is room for', '.row.has-image ~ .more');
      await page.click('.tool:has-text("English")');
      await check('English', ':lang(en) .row');
      await ward.device.info(['DISK_FULL']);
      await check('alerts while nothing is analysed', '.lane.stopped');
      await ward.device.online('offline');
      await check('device off', '.device-off');
      await ward.device.online();
      await ward.stopBroker();
      await check('cut off', '.cut-off');

      expect(found).toEqual([]);
    },
  );

  it.each(SCREENS)(
    'has no violation while its information is old or a copy stored by the browser: %s',
    { timeout: 90_000 },
    async (...given) => {
      const [, options, night] = given;
      await using ward = await openWardFixture({ pages: pages.folder, night, hasOwnListener: true });
      await ward.device.alert(anAlert({ id: 'a' }));
      const page = await chromium.openPage(ward.url, { ...options, reducedMotion: 'reduce' });
      await page.waitForSelector('.row');
      await untilCached(page);

      await ward.stopServer();
      await page.reload();
      await page.waitForSelector('.lane.copy');
      const ofCopy = await violations(page);
      await ward.device.health({ ts: new Date(Date.now() - 300_000).toISOString() });
      await page.reload();
      await page.waitForSelector('.not-live.old');
      const ofOld = await violations(page);

      expect({ ofCopy, ofOld }).toEqual({ ofCopy: [], ofOld: [] });
    },
  );
});

/** Rule, element and reason of each violation that axe finds. */
async function violations(page: Page): Promise<readonly string[]> {
  await page.evaluate(`document.fonts.ready.then(() => true)`);
  if (!(await page.evaluate<boolean>(`'axe' in globalThis`))) await page.evaluate(AXE);
  const results = await page.evaluate<AxeResults>(
    `axe.run(document, { runOnly: ${JSON.stringify(WCAG_22_AA)}, resultTypes: ['violations', 'incomplete'] })`,
  );
  return results.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id} ${html.slice(0, 120)} ${failureSummary ?? ''}`),
  );
}

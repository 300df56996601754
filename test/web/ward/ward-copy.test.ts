import type { Route } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anAlert } from '../../support/an-alert.ts';
import { buildPages } from '../../support/build-pages.ts';
import type { BuiltPages } from '../../support/build-pages.ts';
import { chromiumAvailable, startChromium } from '../../support/chromium.ts';
import type { Chromium } from '../../support/chromium.ts';
import { mosquittoAvailable } from '../../support/mosquitto.ts';
import { untilCached } from '../../support/until-cached.ts';
import { waitUntil } from '../../support/wait-until.ts';
import { openWardFixture } from '../../support/ward-fixture.ts';

const NAME = 'the ward display without its web server';
const canRun = [chromiumAvailable(NAME), mosquittoAvailable(NAME)].every(Boolean);

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

  it('opens from the cache of the browser, shows that it is cut off and which alerts were open, and recovers', async () => {
    await using ward = await openWardFixture({ pages: pages.folder });
    await ward.device.alert(anAlert({ id: 'a', minutesAgo: 2 }));
    const page = await chromium.openPage(ward.url);
    await page.waitForSelector('.row');
    await untilCached(page);

    await ward.stopServer();
    await page.reload();
    await page.waitForSelector('.not-live .known');

    expect(await page.textContent('.head')).toContain('3병동');
    expect(await page.textContent('.known')).toMatch(/\d\d:\d\d에 열려 있던 알림 1건.*왼쪽 손목 · K7Q2/);
    await page.waitForSelector('.cut-off');
    expect(await page.textContent('.cut-off .call')).toContain('내선 2210');
    expect(await page.textContent('body')).not.toContain('알림 없음');

    await ward.startServer();
    await page.waitForSelector('.row .ack');
    expect(await page.textContent('body')).not.toContain('저장된 화면');
  });

  it('shows alerts from a broker that still runs, and which of its texts are old', async () => {
    await using ward = await openWardFixture({ pages: pages.folder, hasOwnListener: true });
    const page = await chromium.openPage(ward.url);
    await page.waitForSelector('.quiet');
    await untilCached(page);

    await ward.stopServer();
    await page.reload();
    await page.waitForSelector('.lane.copy');
    await ward.device.alert(anAlert({ id: 'a' }));
    await page.waitForSelector('.row');

    expect(await page.textContent('.lane.copy')).toMatch(
      /저장된 화면직원 명단은 \d\d:\d\d 기준입니다. 알림은 계속 표시됩니다./,
    );
    await page.click('.row .ack');
    await page.click('.name:has-text("이도윤")');
    await waitUntil('the command', () => ward.commands[0]);

    await ward.startServer();
    await page.waitForSelector('.lane.copy', { state: 'detached' });
  });

  it('does not stay at "connecting" if neither server nor broker ever answers', async () => {
    await using ward = await openWardFixture({ pages: pages.folder });
    const page = await chromium.openPage('about:blank');
    await page.route('**/api/**', (route) => route.abort());

    const opened = performance.now();
    await page.goto(ward.url);
    await page.waitForSelector('.cut-off', { timeout: 12_000 });

    expect(performance.now() - opened).toBeLessThan(10_000);
    await page.unroute('**/api/**');
    await page.waitForSelector('.quiet');
  });

  it('reloads automatically when the server has a newer page', async () => {
    await using ward = await openWardFixture({ pages: pages.folder });
    const page = await chromium.openPage(ward.url, { serviceWorkers: 'block' });
    await page.waitForSelector('.quiet');
    await page.evaluate(() => Object.assign(globalThis, { isSamePage: true }));
    const upgrade = async (route: Route): Promise<void> => {
      const html = await (await route.fetch()).text();
      await route.fulfill({ body: html.replaceAll(/ward-[\w-]+\.js/g, 'newer.js') });
    };
    await page.route(ward.url, upgrade, { times: 1 });

    await ward.stopServer();
    await ward.startServer();

    await page.waitForFunction(() => !('isSamePage' in globalThis), null, { timeout: 20_000 });
    await page.waitForSelector('.quiet');
  });
});

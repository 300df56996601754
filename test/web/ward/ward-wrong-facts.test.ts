import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { WardFacts } from '../../../src/contract/api/ward.ts';
import { anAlert } from '../../support/an-alert.ts';
import { buildPages } from '../../support/build-pages.ts';
import type { BuiltPages } from '../../support/build-pages.ts';
import { chromiumAvailable, startChromium } from '../../support/chromium.ts';
import type { Chromium } from '../../support/chromium.ts';
import { mosquittoAvailable } from '../../support/mosquitto.ts';
import { openWardFixture } from '../../support/ward-fixture.ts';
import { waitUntil } from '../../support/wait-until.ts';

const NAME = 'a ward display with facts that it cannot use';
const canRun = [chromiumAvailable(NAME), mosquittoAvailable(NAME)].every(Boolean);

type Sent = Record<keyof WardFacts, unknown>;

describe.skipIf(!canRun)(NAME, { timeout: 60_000 }, () => {
  let pages: BuiltPages;
  let chromium: Chromium;

  beforeAll(async () => {
    pages = await buildPages();
    chromium = await startChromium();
  });

  afterEach(async () => {
    await Promise.all(chromium.browser.contexts().map((context) => context.close()));
  });

  afterAll(async () => {
    await chromium[Symbol.asyncDispose]();
    await pages[Symbol.asyncDispose]();
  });

  /** Opens a display to which the server sends changed facts. */
  async function openDisplay(url: string, change: (facts: Sent) => object): Promise<Page> {
    const page = await chromium.openPage('about:blank', { viewport: { width: 1920, height: 1080 } });
    await page.route('**/api/ward/*', async (route) => {
      // The page polls until it is closed, after the server.
      const response = await route.fetch().catch(() => null);
      if (response === null) return route.abort();
      const facts = (await response.json()) as Sent;
      return route.fulfill({ response, json: { ...facts, ...change(facts) } });
    });
    await page.goto(url);
    return page;
  }

  it.each([
    [
      'a time zone it does not know',
      ({ site }: Sent) => ({ site: { ...(site as object), timezone: 'Asia/Soul' } }),
    ],
    ['a language it does not have', () => ({ language: 'fr' })],
    ['night hours and a staff list it was never sent', () => ({ night: undefined, staff: undefined })],
  ])('shows alerts although the server names %s', async (_, change) => {
    await using ward = await openWardFixture({ pages: pages.folder });
    await ward.device.alert(anAlert({ id: 'a' }));

    const page = await openDisplay(ward.url, change);

    await page.waitForSelector('[data-alert="a"]');
    expect(await page.locator('.opening').count()).toBe(0);
    expect(await page.locator('main').getAttribute('data-live')).not.toBe('no');
  });

  it('names the time zone of its clock where it is not that of the site', async () => {
    await using ward = await openWardFixture({ pages: pages.folder });

    const page = await openDisplay(ward.url, ({ site }) => ({
      site: { ...(site as object), timezone: 'Asia/Soul' },
    }));

    await page.waitForSelector('main[data-live="yes"]');
    const own = await page.evaluate(() => Intl.DateTimeFormat().resolvedOptions().timeZone);
    expect(await page.locator('.head .clock small').innerText()).toContain(` · ${own}`);
  });

  it('reports a lost connection where the facts cannot be used at all, instead of connecting for ever', async () => {
    await using ward = await openWardFixture({ pages: pages.folder });

    const page = await openDisplay(ward.url, () => ({ ward: null }));

    await page.waitForSelector('main.cut-off');
    expect(await page.locator('h1').innerText()).toBe('연결 끊김');
  });

  it('reports that it cannot draw itself, in both languages, confirms no alert meanwhile, and recovers', async () => {
    await using ward = await openWardFixture({ pages: pages.folder });
    await ward.device.alert(anAlert({ id: 'a' }));
    const page = await chromium.openPage('about:blank', { viewport: { width: 1920, height: 1080 } });
    await page.addInitScript(`
      const { DateTimeFormat } = Intl;
      window.isBroken = true;
      Intl.DateTimeFormat = function (...values) {
        if (window.isBroken && values.length > 0) throw new RangeError('broken');
        return new DateTimeFormat(...values);
      };
    `);

    await page.goto(ward.url);
    await page.waitForSelector('.broken');

    const text = await page.locator('.broken').innerText();
    expect(text).toContain('화면을 표시할 수 없음 · Display error');
    expect(text).toContain('방사선실로 전화하세요 · Call the radiography room');
    expect(await page.locator('.broken').boundingBox()).toEqual({ x: 0, y: 0, width: 1920, height: 1080 });

    await page.waitForTimeout(3_000);
    expect(ward.receipts).toEqual([]);

    await page.evaluate('window.isBroken = false');
    await page.waitForSelector('[data-alert="a"]');
    expect(await page.locator('.broken').count()).toBe(0);
    await waitUntil('the receipt', () => (ward.receipts.length > 0 ? true : undefined), 10_000);
  });
});

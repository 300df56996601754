import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { anAlert } from '../../support/an-alert.ts';
import { buildPages } from '../../support/build-pages.ts';
import type { BuiltPages } from '../../support/build-pages.ts';
import { chromiumAvailable, startChromium } from '../../support/chromium.ts';
import type { Chromium } from '../../support/chromium.ts';
import { mosquittoAvailable } from '../../support/mosquitto.ts';
import { openWardFixture } from '../../support/ward-fixture.ts';

const NAME = 'the places of an alert on a ward display';
const canRun = [chromiumAvailable(NAME), mosquittoAvailable(NAME)].every(Boolean);
const SCREENS = [
  ['a wall', 1920, 1080],
  ['a tablet', 1280, 800],
  ['a phone', 390, 844],
] as const;
const TWO = [
  { bodyPart: 'wrist', laterality: 'L' },
  { bodyPart: 'hand', laterality: 'R' },
] as const;
const FIVE = [
  { bodyPart: 'lower-leg', laterality: 'R' },
  { bodyPart: 'upper-arm', laterality: 'L' },
  { bodyPart: 'collarbone', laterality: 'B' },
  { bodyPart: 'shoulder', laterality: 'R' },
  { bodyPart: null, laterality: 'L' },
] as const;
const LONG_AGO = '2026-01-22T05:36:00Z';

describe.skipIf(!canRun)(NAME, () => {
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

  it.each(
    SCREENS.flatMap((screen) => (['ko', 'en'] as const).map((language) => [...screen, language] as const)),
  )(
    'fit %s (%i × %i) in %s, with the date of an old image',
    { timeout: 60_000 },
    async (_screen, width, height, language) => {
      await using ward = await openWardFixture({ pages: pages.folder });
      const times = { acquired: LONG_AGO };
      await ward.device.alert(anAlert({ id: 'a', sites: TWO, laterality: 'B', minutesAgo: 7, times }));
      await ward.device.alert(anAlert({ id: 'b', sites: FIVE, bodyPart: 'lower-leg', laterality: 'R' }));
      await ward.device.alert(
        anAlert({
          ...{ id: 'c', sites: FIVE, bodyPart: 'lower-leg', laterality: 'R', state: 'acknowledged' },
          acknowledgedBy: { name: '김서연 간호사', display: null },
          times: { acknowledged: new Date().toISOString() },
        }),
      );
      const page = await chromium.openPage('about:blank', { viewport: { width, height } });
      await page.addInitScript(`localStorage.setItem('bonewatch.language', '${language}')`);
      await page.goto(ward.url);
      await page.waitForSelector('[data-alert="b"]');
      await page.waitForSelector('.seen');

      const [two, five] = await Promise.all([visibleText(page, 'a'), visibleText(page, 'b')]);
      expect(two).toContain(language === 'ko' ? '왼쪽 손목 + 오른쪽 손' : 'Left wrist + right hand');
      expect(two).not.toMatch(/양쪽|both/i);
      expect(two).toContain('2026-01-22 14:36');
      expect(five).toContain(
        language === 'ko' ? '오른쪽 아래다리 + 왼쪽 위팔' : 'Right lower leg + left upper arm',
      );
      expect(five).toMatch(
        language === 'ko' ? /외 3곳|왼쪽 부위 미상/ : /\+ 3 more|left side, body part unknown/,
      );
      expect(await overflowing(page)).toEqual([]);

      await page.click('[data-alert="a"] .ack');
      await page.waitForSelector('.name-choice');
      expect(await overflowing(page)).toEqual([]);
    },
  );

  it.each(['ko', 'en'] as const)('fit a new urgent alert in %s', { timeout: 60_000 }, async (language) => {
    await using ward = await openWardFixture({ pages: pages.folder });
    const page = await chromium.openPage('about:blank');
    await page.addInitScript(`localStorage.setItem('bonewatch.language', '${language}')`);
    await page.goto(ward.url);
    await page.waitForSelector('.quiet');
    const times = { acquired: LONG_AGO };
    await ward.device.alert(anAlert({ id: 'a', priority: 'high', sites: TWO, laterality: 'B', times }));
    await page.waitForSelector('.arrival');

    const title = await page.locator('.arrival h1').innerText();
    expect(title).toBe(language === 'ko' ? '왼쪽 손목 + 오른쪽 손' : 'Left wrist + right hand');
    expect((await page.locator('.arrival').innerText()).replaceAll('\u00a0', ' ')).toContain(
      language === 'ko' ? '2026-01-22 14:36 촬영' : 'taken 2026-01-22 14:36',
    );
    expect(await overflowing(page)).toEqual([]);
  });
});

async function visibleText(page: Page, id: string): Promise<string> {
  return (await page.locator(`[data-alert="${id}"]`).innerText()).replaceAll('\u00a0', ' ');
}

/** Lines of text that are wider than their container. */
function overflowing(page: Page): Promise<readonly string[]> {
  return page.evaluate<string[]>(`
    [...document.querySelectorAll('h1, h2, h3, .when, .ack, .brief, .seen, .foot, .head')]
      .filter((element) => element.scrollWidth > element.clientWidth + 1)
      .map((element) => element.textContent)
  `);
}

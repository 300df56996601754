import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { anAlert } from '../../support/an-alert.ts';
import { buildPages } from '../../support/build-pages.ts';
import type { BuiltPages } from '../../support/build-pages.ts';
import { chromiumAvailable, startChromium } from '../../support/chromium.ts';
import type { Chromium } from '../../support/chromium.ts';
import { mosquittoAvailable } from '../../support/mosquitto.ts';
import { openWardFixture } from '../../support/ward-fixture.ts';

const NAME = 'an alert from a picture of uncertain quality on a ward display';
const canRun = [chromiumAvailable(NAME), mosquittoAvailable(NAME)].every(Boolean);
const TEXTS = { en: 'Picture quality uncertain', ko: '화질 불확실' } as const;
const SCREENS = [
  [1920, 1080],
  [1280, 800],
  [390, 844],
] as const;

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
  )('shows it in the row and in the new alert, %i × %i in %s', { timeout: 60_000 }, async (...screen) => {
    const [width, height, language] = screen;
    await using ward = await openWardFixture({ pages: pages.folder });
    const page = await chromium.openPage('about:blank', { viewport: { width, height } });
    await page.addInitScript(`localStorage.setItem('bonewatch.language', '${language}')`);
    await page.goto(ward.url);
    await page.waitForSelector('.quiet');
    await ward.device.alert(anAlert({ id: 'a' }));
    await ward.device.alert(anAlert({ id: 'b', bodyPart: 'hip', isPictureUncertain: true }));
    await page.waitForSelector('[data-alert="b"]');

    expect(await visibleText(page, 'b')).toContain(TEXTS[language]);
    expect(await visibleText(page, 'a')).not.toContain(TEXTS[language]);
    expect(await hiddenOrCut(page)).toEqual([]);

    await ward.device.alert(anAlert({ id: 'c', priority: 'high', isPictureUncertain: true }));
    await page.waitForSelector('.arrival');
    expect(await page.locator('.arrival').innerText()).toContain(TEXTS[language]);
    expect(await hiddenOrCut(page)).toEqual([]);
  });
});

async function visibleText(page: Page, id: string): Promise<string> {
  return (await page.locator(`[data-alert="${id}"]`).innerText()).replaceAll('\u00a0', ' ');
}

/** Texts that are wider than their container, or outside the screen. */
function hiddenOrCut(page: Page): Promise<readonly string[]> {
  return page.evaluate<string[]>(`
    [...document.querySelectorAll('h1, h2, h3, .when, .when small, .message p')]
      .filter((element) => {
        const { right, bottom, height } = element.getBoundingClientRect();
        const isOutside = right > innerWidth + 1 || bottom > innerHeight + 1 || height === 0;
        return isOutside || element.scrollWidth > element.clientWidth + 1;
      })
      .map((element) => element.textContent)
  `);
}

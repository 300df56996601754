import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { anAlert } from '../../support/an-alert.ts';
import { buildPages } from '../../support/build-pages.ts';
import type { BuiltPages } from '../../support/build-pages.ts';
import { chromiumAvailable, startChromium } from '../../support/chromium.ts';
import type { Chromium } from '../../support/chromium.ts';
import { phantomPictures, pictured } from '../../support/marked-phantoms.ts';
import { mosquittoAvailable } from '../../support/mosquitto.ts';
import { untilCached } from '../../support/until-cached.ts';
import { advance, advanceUntil, useVirtualTime } from '../../support/virtual-time.ts';
import { waitUntil } from '../../support/wait-until.ts';
import { openWardFixture } from '../../support/ward-fixture.ts';
import type { WardFixture } from '../../support/ward-fixture.ts';

const NAME = 'the pictures on a ward display';
const canRun = [chromiumAvailable(NAME), mosquittoAvailable(NAME)].every(Boolean);
const ROUTES = [
  phantomPictures({
    [pictured(1).id]: ['forearm', 'very-likely'],
    [pictured(2).id]: ['hip', 'suspected'],
    [pictured(3).id]: ['hand', 'suspected'],
  }),
];
const HIGH = anAlert({
  ...pictured(1),
  priority: 'high',
  outcome: 'fracture-detected',
  place: { room: '302' },
});
const MEDIUM = anAlert({ ...pictured(2), bodyPart: 'hip', caseRef: 'M4D9' });
const LOW = anAlert({ ...pictured(3), bodyPart: 'hand', priority: 'low', caseRef: 'R3W6' });
const OTHER = anAlert({ ...pictured(4), bodyPart: 'foot', caseRef: 'F4F4' });
const MISSING = anAlert({ ...pictured(9), priority: 'high', caseRef: 'Z9Z9' });

describe.skipIf(!canRun)(NAME, () => {
  let pages: BuiltPages;
  let chromium: Chromium;
  let complaints: string[] = [];

  beforeAll(async () => {
    pages = await buildPages();
    chromium = await startChromium();
  });

  afterEach(() => Promise.all(chromium.browser.contexts().map((context) => context.close())));

  afterAll(async () => {
    await chromium[Symbol.asyncDispose]();
    await pages[Symbol.asyncDispose]();
  });

  async function openDisplay(
    ward: WardFixture,
    options: Parameters<Chromium['openPage']>[1] = {},
  ): Promise<Page> {
    complaints = [];
    const page = await chromium.openPage('about:blank', { reducedMotion: 'reduce', ...options });
    page.on('console', (message) => {
      if (/Content Security Policy/.test(message.text())) complaints.push(message.text());
    });
    await page.goto(ward.url);
    await page.waitForSelector('main[data-live="yes"], main.arrival');
    return page;
  }

  it.each([
    ['a wall', { width: 1920, height: 1080 }],
    ['a tablet', { width: 1280, height: 800 }],
  ])('are whole, next to the text and never behind it, on black: on %s', async (_name, viewport) => {
    await using ward = await openWardFixture({ pages: pages.folder, routes: ROUTES });
    const page = await openDisplay(ward, { viewport });

    await ward.device.alert(HIGH);
    await untilLoaded(page, '.arrival');
    expect(await pictureOf(page, '.arrival')).toEqual(WHOLE_ON_BLACK);
    expect(await page.textContent('.arrival .alert-image')).toContain('원본은 방사선실');
    await page.click('.arrival .ack');
    await untilLoaded(page, '.name-choice');
    expect(await pictureOf(page, '.name-choice')).toEqual(WHOLE_ON_BLACK);
    await page.click('.back');
    for (const alert of [MEDIUM, LOW]) await ward.device.alert(alert);
    await page.waitForSelector('.row.low');
    for (const row of ['.row.high', '.row.medium', '.row.low']) {
      await untilLoaded(page, row);
      expect([row, await pictureOf(page, row)]).toEqual([row, WHOLE_ON_BLACK]);
    }
    expect(complaints).toEqual([]);
  });

  it('are between the text and the answer on a phone, and leave space for the names', async () => {
    await using ward = await openWardFixture({ pages: pages.folder, routes: ROUTES });
    const page = await openDisplay(ward, { viewport: { width: 390, height: 844 } });

    await ward.device.alert(HIGH);
    await untilLoaded(page, '.arrival');
    expect(await pictureOf(page, '.arrival')).toEqual(WHOLE_ON_BLACK);
    await page.click('.arrival .ack');
    await page.waitForSelector('.name-choice .name');
    expect(await page.locator('.name-choice img:visible').count()).toBe(0);
    await page.click('.back');
    await untilLoaded(page, '.row');

    const [when, picture, ack] = await Promise.all(
      ['.row .when', '.row .alert-image', '.row .ack'].map((part) => page.locator(part).boundingBox()),
    );
    expect(await pictureOf(page, '.row')).toEqual(WHOLE_ON_BLACK);
    expect((when?.y ?? 0) + (when?.height ?? 0)).toBeLessThanOrEqual(picture?.y ?? 0);
    expect((picture?.y ?? 0) + (picture?.height ?? 0)).toBeLessThanOrEqual((ack?.y ?? 0) + 1);
  });

  it('leave the text large enough to read from five metres', async () => {
    await using ward = await openWardFixture({ pages: pages.folder, routes: ROUTES });
    const page = await openDisplay(ward);

    await ward.device.alert(HIGH);
    await untilLoaded(page, '.arrival');
    expect(await sizes(page, ['.arrival h1', '.arrival h2', '.arrival .end', '.alert-image p'])).toEqual([
      140, 76, 34, 34,
    ]);
    await page.click('.arrival .ack');
    await page.click('.back');
    for (const alert of [MEDIUM, LOW]) await ward.device.alert(alert);
    await untilLoaded(page, '.row.low');

    expect(await sizes(page, ['.row.high h2', '.row.medium h2', '.row.low h2'])).toEqual([100, 88, 76]);
    expect(await sizes(page, ['.row.high h3', '.row.medium h3', '.row.low h3'])).toEqual([60, 56, 56]);
    const ack = await page.locator('.row.high .ack').boundingBox();
    expect(Math.min(ack?.width ?? 0, (ack?.height ?? 0) * 2)).toBeGreaterThanOrEqual(280);
  });

  it('have an alternative text in the language of the page that names no person', async () => {
    await using ward = await openWardFixture({ pages: pages.folder, routes: ROUTES });
    const page = await openDisplay(ward);
    await ward.device.alert(MEDIUM);
    await untilLoaded(page, '.row');

    expect(await page.getAttribute('.alert-image img', 'alt')).toBe('소견을 표시한 촬영 사본');
    await page.click('.tool:has-text("English")');
    await page.waitForSelector(':lang(en) .row');
    expect(await page.getAttribute('.alert-image img', 'alt')).toBe(
      'Copy of the radiograph with the finding marked',
    );
  });

  it('are shown only in the first row if the other rows are too low for them', async () => {
    await using ward = await openWardFixture({ pages: pages.folder, routes: ROUTES });
    const page = await openDisplay(ward);
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));

    for (const number of [4, 5, 6]) await ward.device.alert(anAlert({ id: `x${number}`, priority: 'low' }));
    await page.waitForSelector('.row.low');
    for (const alert of [MEDIUM, OTHER, HIGH]) await ward.device.alert(alert);
    await page.click('.arrival .ack');
    await page.click('.back');
    await page.waitForSelector('.tight .more');
    await untilLoaded(page, '.row.first');

    expect(await page.locator('.row .alert-image:visible').count()).toBe(1);
    expect(await page.locator('.row.first .alert-image:visible').count()).toBe(1);
    expect(await page.locator('.row:not(.first) .alert-image').count()).toBe(2);
    expect(asked.filter((url) => url.includes(OTHER.id))).toEqual([]);
  });

  it('that cannot be loaded leave no gap, and appear as soon as they can be loaded', async () => {
    const routes = [...ROUTES];
    await using ward = await openWardFixture({ pages: pages.folder, routes });
    const page = await chromium.openPage('about:blank', { serviceWorkers: 'block' });
    await useVirtualTime(page, Date.now());
    let isDown = true;
    await page.route('**/picture?**', (route) => (isDown ? route.abort() : route.continue()));
    await page.goto(ward.url);
    await advanceUntil(page, '.quiet');

    await ward.device.alert(MEDIUM);
    await advanceUntil(page, '.row .alert-image[hidden]');
    expect(await page.locator('.row img:visible').count()).toBe(0);
    expect(await page.getAttribute('.row', 'class')).not.toContain('has-image');

    isDown = false;
    await advance(page, 61_000);
    // The picture loads in real time, and drawing it takes a moment of virtual time.
    await waitUntil('the picture', async () => {
      await advance(page, 20);
      return (await page.locator('.row.has-image').count()) > 0 ? true : undefined;
    });
    expect(await page.locator('.row img:visible').count()).toBe(1);
  });

  it('that the server does not have leave an arrival as large as one without a picture', async () => {
    await using ward = await openWardFixture({ pages: pages.folder, routes: ROUTES });
    const page = await openDisplay(ward);

    await ward.device.alert(MISSING);
    await page.waitForSelector('.arrival:not(.has-image)');

    expect(await page.locator('img:visible').count()).toBe(0);
    expect(await sizes(page, ['.arrival h1'])).toEqual([196]);
  });

  it('are not on the not-live screen, and in no storage of the browser', async () => {
    await using ward = await openWardFixture({ pages: pages.folder, routes: ROUTES });
    const page = await openDisplay(ward);
    await ward.device.alert(MEDIUM);
    await untilLoaded(page, '.row');
    await untilCached(page);

    const storedUrls = await page.evaluate<string[]>(`(async () => {
      const names = await caches.keys();
      const all = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
      return all.flat().map(({ url }) => url);
    })()`);
    await ward.device.online('offline');
    await page.waitForSelector('.not-live.device-off');

    expect(storedUrls.some((url) => url.includes('/assets/'))).toBe(true);
    expect(storedUrls.filter((url) => /picture|\/api\//.test(url))).toEqual([]);
    expect(await page.locator('img').count()).toBe(0);
    expect(await page.textContent('.not-live .known')).toContain('M4D9');
  });

  it('are dimmer at night, except while an arrival is as bright as by day', async () => {
    const night = { from: '00:00', until: '23:59' };
    await using ward = await openWardFixture({ pages: pages.folder, routes: ROUTES, night });
    const page = await openDisplay(ward);
    const filter = (): Promise<string> =>
      page.evaluate<string>(`getComputedStyle(document.querySelector('.alert-image img')).filter`);

    await ward.device.alert(HIGH);
    await page.waitForSelector('.arrival.bright .alert-image');
    expect(await filter()).toBe('none');
    await page.waitForSelector('.arrival:not(.bright) .alert-image');

    expect(await waitUntil('the night', filter)).toBe('brightness(0.7)');
  });
});

const WHOLE_ON_BLACK = {
  fit: 'contain',
  background: 'rgb(0, 0, 0)',
  isOnScreen: true,
  isLoaded: true,
  covered: [],
};

async function untilLoaded(page: Page, within: string): Promise<void> {
  await page.waitForSelector(`${within} .alert-image img`);
  const isLoaded = `[...document.querySelectorAll('${within} .alert-image img')]
    .every(({ complete, naturalWidth }) => complete && naturalWidth > 1)`;
  await waitUntil('the picture', async () => (await page.evaluate<boolean>(isLoaded)) || undefined);
}

/** The layout of the picture, and which texts or buttons it covers or is covered by. */
function pictureOf(page: Page, within: string): Promise<typeof WHOLE_ON_BLACK> {
  return page.evaluate<typeof WHOLE_ON_BLACK>(`(() => {
    const image = document.querySelector('${within} .alert-image img');
    const frame = image.closest('.alert-image');
    const box = image.getBoundingClientRect();
    const others = [...document.querySelectorAll('h1, h2, h3, p, button, .flag')]
      .filter((element) => !element.contains(image))
      .filter((element) => {
        const other = element.getBoundingClientRect();
        const overlapX = Math.min(box.right, other.right) - Math.max(box.left, other.left);
        const overlapY = Math.min(box.bottom, other.bottom) - Math.max(box.top, other.top);
        return overlapX > 1 && overlapY > 1;
      });
    return {
      fit: getComputedStyle(image).objectFit,
      background: getComputedStyle(frame).backgroundColor,
      isOnScreen: box.left >= 0 && box.top >= 0 && box.right <= innerWidth && box.bottom <= innerHeight,
      isLoaded: image.naturalWidth > 1,
      covered: others.map(({ className, textContent }) => className + ' ' + textContent),
    };
  })()`);
}

function sizes(page: Page, selectors: readonly string[]): Promise<readonly number[]> {
  return Promise.all(
    selectors.map(async (selector) =>
      Math.round(
        await page.evaluate<number>(
          `parseFloat(getComputedStyle(document.querySelector('${selector}')).fontSize)`,
        ),
      ),
    ),
  );
}

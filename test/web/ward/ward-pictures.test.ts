import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anAlert } from '../../support/an-alert.ts';
import { buildPages } from '../../support/build-pages.ts';
import type { BuiltPages } from '../../support/build-pages.ts';
import { chromiumAvailable, startChromium } from '../../support/chromium.ts';
import type { Chromium } from '../../support/chromium.ts';
import { phantomPictures, pictured } from '../../support/marked-phantoms.ts';
import { mosquittoAvailable } from '../../support/mosquitto.ts';
import { scanBadge } from '../../support/scan-badge.ts';
import { waitUntil } from '../../support/wait-until.ts';
import { openWardFixture } from '../../support/ward-fixture.ts';
import type { WardFixture } from '../../support/ward-fixture.ts';

const NAME = 'the pictures of the ward display';
const canRun = [chromiumAvailable(NAME), mosquittoAvailable(NAME)].every(Boolean);
const FOLDER = fileURLToPath(new URL('../../../docs/pictures/', import.meta.url));
/** 14:38 in Seoul on an invented day; all alerts are invented too. */
const NOW = Date.parse('2026-11-22T05:38:10Z');
const NIGHT = { from: '00:00', until: '23:59' };

const SCREENS = [
  ['wall', '', { viewport: { width: 1920, height: 1080 } }],
  ['tablet', '-1280x800', { viewport: { width: 1280, height: 800 } }],
  ['phone', '-phone', { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2 }],
] as const;
const LANGUAGES = [
  ['ko', ''],
  ['en', '-en'],
] as const;

const HIGH = anAlert({ id: 'a', priority: 'high', outcome: 'fracture-detected', minutesAgo: 2 }, NOW);
const SEEN = anAlert(
  {
    id: 'd',
    state: 'acknowledged',
    bodyPart: 'foot',
    laterality: 'R',
    caseRef: 'B8F1',
    acknowledgedBy: { name: '김서연 간호사', display: null },
    times: { acknowledged: new Date(NOW - 16 * 60_000).toISOString() },
  },
  NOW,
);
const ALERTS = [
  HIGH,
  anAlert({ id: 'b', bodyPart: 'hip', laterality: 'R', caseRef: 'M4D9', minutesAgo: 7 }, NOW),
  anAlert({ id: 'c', bodyPart: 'ankle', priority: 'low', caseRef: 'R3W6', minutesAgo: 4 }, NOW),
  SEEN,
];
/** More alerts than fit, one of them escalated by this ward and one escalated to it by another. */
const MANY = [
  HIGH,
  anAlert(
    {
      ...{ id: 'e', state: 'escalated', bodyPart: 'hip', laterality: 'L', caseRef: 'T5N8', minutesAgo: 11 },
      place: { ward: 'er' },
    },
    NOW,
  ),
  anAlert(
    {
      ...{ id: 'b', state: 'escalated', bodyPart: 'elbow', laterality: 'R', caseRef: 'M4D9', minutesAgo: 7 },
      wards: ['ward-3', 'er'],
    },
    NOW,
  ),
  anAlert({ id: 'f', bodyPart: 'lower-leg', laterality: 'L', caseRef: 'P2H4', minutesAgo: 3 }, NOW),
  anAlert({ id: 'c', bodyPart: 'ankle', priority: 'low', caseRef: 'R3W6', minutesAgo: 4 }, NOW),
];

/** Alerts of a hospital that shows rooms and pictures. */
const PICTURED = [
  { ...HIGH, ...pictured(1), place: { ...HIGH.place, room: '302', bed: '2' } },
  anAlert(
    {
      ...{ ...pictured(2), bodyPart: 'hip', laterality: 'L', caseRef: 'M4D9', minutesAgo: 7 },
      place: { room: '311', bed: '1' },
    },
    NOW,
  ),
  anAlert(
    {
      ...{ ...pictured(3), bodyPart: 'hand', priority: 'low', caseRef: 'R3W6', minutesAgo: 4 },
      place: { room: '307', bed: '4' },
    },
    NOW,
  ),
];
const ROUTES = [
  phantomPictures({
    [pictured(1).id]: ['forearm', 'very-likely'],
    [pictured(2).id]: ['hip', 'suspected'],
    [pictured(3).id]: ['hand', 'suspected'],
  }),
];

describe.skipIf(!canRun)(NAME, () => {
  let pages: BuiltPages;
  let chromium: Chromium;

  beforeAll(async () => {
    await mkdir(FOLDER, { recursive: true });
    pages = await buildPages();
    chromium = await startChromium(['--autoplay-policy=no-user-gesture-required']);
  });

  afterAll(async () => {
    await chromium[Symbol.asyncDispose]();
    await pages[Symbol.asyncDispose]();
  });

  async function openWard(
    ward: WardFixture,
    language: 'ko' | 'en',
    options: Parameters<Chromium['openPage']>[1],
  ): Promise<Page> {
    const page = await chromium.openPage('about:blank', { reducedMotion: 'reduce', ...options });
    await page.addInitScript(`localStorage.setItem('bonewatch.language', '${language}')`);
    await page.goto(ward.url);
    await page.waitForSelector('main[data-live="yes"]');
    return page;
  }

  const versions = SCREENS.flatMap(([screen, size, options]) =>
    LANGUAGES.map(([language, tongue]) => ({ screen, language, options, suffix: `${tongue}${size}` })),
  );

  it.each(versions)(
    'are taken from a running display on a $screen, in $language',
    { timeout: 120_000 },
    async ({ language, options, suffix }) => {
      await using ward = await openWardFixture({ pages: pages.folder, now: () => NOW });
      const page = await openWard(ward, language, options);

      await picture(page, `ward-quiet${suffix}`);
      for (const alert of ALERTS) await ward.device.alert(alert);
      await page.waitForSelector('.arrival .end b:has-text("2")');
      await picture(page, `ward-arrival${suffix}`);
      await page.click('.ack');
      await page.click('.back');
      await page.waitForSelector('.seen');
      await picture(page, `ward-alerts${suffix}`);
      await ward.stopBroker();
      await page.waitForSelector('.cut-off');
      await picture(page, `ward-cut-off${suffix}`);

      expect(await cutOffText(page)).toEqual([]);
    },
  );

  it('are taken of every other state', { timeout: 120_000 }, async () => {
    await using ward = await openWardFixture({ pages: pages.folder, now: () => NOW });
    const page = await openWard(ward, 'ko', {});

    await ward.device.info(['EXECUTION_PROVIDER_UNAVAILABLE']);
    await page.waitForSelector('.lane.slow');
    await picture(page, 'ward-degraded');
    await ward.device.info(['INBOX_UNREACHABLE']);
    await page.waitForSelector('.not-live.stopped');
    await picture(page, 'ward-stopped');
    await ward.device.info([]);
    await ward.device.alert(HIGH);
    await page.click('.arrival .ack');
    await picture(page, 'ward-who');
    await scanBadge(page, '00000000');
    await page.waitForSelector('.badge:has-text("등록되지 않은")');
    await picture(page, 'ward-who-unknown-badge');
    await page.click('.name:has-text("이도윤")');
    await page.waitForSelector('.row.done');
    await picture(page, 'ward-undo');
    await page.click('.undo');
    for (const alert of MANY.slice(1)) await ward.device.alert(alert);
    await page.waitForSelector('.more .count:has-text("2")');
    await picture(page, 'ward-many');
    await ward.device.info(['DISK_FULL']);
    await page.waitForSelector('.lane.stopped');
    await picture(page, 'ward-stopped-alerts');
    await ward.device.info([]);
    await ward.device.online('offline');
    await page.waitForSelector('.device-off');
    await picture(page, 'ward-device-off');
    await ward.device.online();
    await ward.device.health({ ts: new Date(NOW - 15 * 60_000).toISOString() });
    const late = await chromium.openPage(ward.url, { reducedMotion: 'reduce' });
    await late.waitForSelector('.not-live.old');
    await picture(late, 'ward-old');

    expect(await late.textContent('.not-live h1')).toBe('오래된 정보');
  });

  it.each(versions)(
    'are taken on a $screen that may show pictures, in $language',
    { timeout: 120_000 },
    async ({ language, options, suffix }) => {
      await using ward = await openWardFixture({ pages: pages.folder, now: () => NOW, routes: ROUTES });
      const page = await openWard(ward, language, options);

      for (const alert of PICTURED) await ward.device.alert(alert);
      await page.waitForSelector('.arrival .end b:has-text("2")');
      await untilLoaded(page);
      await picture(page, `ward-arrival-picture${suffix}`);
      expect(await cutOffText(page)).toEqual([]);
      await page.click('.ack');
      await untilLoaded(page);
      if (suffix === '') await picture(page, 'ward-who-picture');
      await page.click('.back');
      await page.waitForSelector('.row.low');
      await untilLoaded(page);
      await picture(page, `ward-alerts-picture${suffix}`);

      expect(await cutOffText(page)).toEqual([]);
    },
  );

  it('are taken at night', { timeout: 120_000 }, async () => {
    await using ward = await openWardFixture({ pages: pages.folder, now: () => NOW, night: NIGHT });
    const page = await openWard(ward, 'ko', {});

    await picture(page, 'ward-quiet-night');
    for (const alert of ALERTS) await ward.device.alert(alert);
    await page.waitForSelector('.arrival:not(.bright)');
    await picture(page, 'ward-arrival-night');
    await page.click('.ack');
    await page.click('.back');
    await page.waitForSelector('.seen');
    await picture(page, 'ward-alerts-night');
    await using pictures = await openWardFixture({
      ...{ pages: pages.folder, now: () => NOW, night: NIGHT, routes: ROUTES },
    });
    const dim = await openWard(pictures, 'ko', {});
    for (const alert of PICTURED) await pictures.device.alert(alert);
    await dim.waitForSelector('.arrival:not(.bright) .end b:has-text("2")');
    await untilLoaded(dim);
    await picture(dim, 'ward-arrival-picture-night');

    expect(await page.getAttribute('html', 'data-light')).toBe('night');
  });
});

/** On a phone a picture is requested only once it is scrolled into view. */
async function untilLoaded(page: Page): Promise<void> {
  const isLoaded = `[...document.images]
    .filter(({ offsetParent }) => offsetParent !== null)
    .every((image) => {
      image.scrollIntoView();
      return image.complete && image.naturalWidth > 1;
    })`;
  await waitUntil('the pictures', async () => (await page.evaluate<boolean>(isLoaded)) || undefined);
  // A loaded image is decoded when it is painted, and a screenshot does not wait for that.
  await page.evaluate(`Promise.all(
    [...document.images].filter(({ offsetParent }) => offsetParent !== null).map((image) => image.decode()),
  )`);
  await page.evaluate('scrollTo(0, 0)');
}

async function picture(page: Page, name: string): Promise<void> {
  await page.evaluate(`
    document.querySelector('.beat')?.style.setProperty('visibility', 'hidden');
    document.fonts.ready.then(() => true)
  `);
  await page.screenshot({ path: `${FOLDER}${name}.png`, fullPage: true });
}

/** Lines of text that are wider or higher than their container. */
function cutOffText(page: Page): Promise<readonly string[]> {
  return page.evaluate<string[]>(`
    [...document.querySelectorAll('h1, h2, h3, p, button, .foot, .head')]
      .filter((element) => element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0)
      .map((element) => element.textContent)
  `);
}

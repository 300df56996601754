import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ko } from '../../../src/web/i18n/ward/ko.ts';
import { anAlert } from '../../support/an-alert.ts';
import { buildPages } from '../../support/build-pages.ts';
import type { BuiltPages } from '../../support/build-pages.ts';
import { chromiumAvailable, startChromium } from '../../support/chromium.ts';
import type { Chromium } from '../../support/chromium.ts';
import { mosquittoAvailable } from '../../support/mosquitto.ts';
import { waitUntil } from '../../support/wait-until.ts';
import { openWardFixture } from '../../support/ward-fixture.ts';
import type { WardFixture } from '../../support/ward-fixture.ts';

const NAME = 'the ward display in a browser';
const canRun = [chromiumAvailable(NAME), mosquittoAvailable(NAME)].every(Boolean);

describe.skipIf(!canRun)(NAME, () => {
  let pages: BuiltPages;
  let chromium: Chromium;
  let ward: WardFixture;
  let complaints: string[];

  beforeAll(async () => {
    pages = await buildPages();
    chromium = await startChromium();
  });

  afterAll(async () => {
    await chromium[Symbol.asyncDispose]();
    await pages[Symbol.asyncDispose]();
  });

  beforeEach(async () => {
    ward = await openWardFixture({ pages: pages.folder });
    complaints = [];
  });

  afterEach(async () => {
    await Promise.all(chromium.browser.contexts().map((context) => context.close()));
    await ward[Symbol.asyncDispose]();
  });

  async function openDisplay(
    options: Parameters<Chromium['openPage']>[1] = {},
    of: WardFixture = ward,
  ): Promise<Page> {
    const page = await chromium.openPage('about:blank', options);
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      if (/Content Security Policy/.test(message.text())) complaints.push(message.text());
    });
    await page.goto(of.url);
    await page.waitForSelector('main[data-live="yes"], main.arrival, .not-live:not(.connecting)');
    return page;
  }

  const high = anAlert({ id: 'high', priority: 'high', outcome: 'fracture-detected' });

  it('is quiet with the time of the last image, and publishes that it is online', async () => {
    const page = await openDisplay();

    await page.waitForSelector('.quiet');

    expect(await page.textContent('h1')).toBe('알림 없음');
    expect(await page.textContent('body')).not.toContain('연결하는 중');
    expect(await page.textContent('.why')).toMatch(/정상 작동 중 · 마지막 촬영 \d\d:\d\d · 6분/);
    expect(await page.locator('.day .image').count()).toBe(42);
    expect(await page.textContent('.not-for-diagnosis')).toBe('진단용 아님 · 판독 보조');
    expect(complaints).toEqual([]);
  });

  it('shows a new alert within a second, starts with the body part, and confirms the receipt', async () => {
    const page = await openDisplay();
    await page.waitForSelector('.quiet');

    const sent = performance.now();
    await ward.device.alert(high);
    await page.waitForSelector('.arrival');

    expect(performance.now() - sent).toBeLessThan(1_000);
    expect(await page.textContent('.arrival h1')).toBe('왼쪽 손목');
    expect(await page.textContent('.arrival')).toContain('K7Q2');
    const receipt = await waitUntil('a receipt', () => ward.receipts[0]);
    expect(receipt).toMatchObject({ schema: 'bonewatch.receipt/1', alert: 'high', rev: 1 });
  });

  it('records who has seen an alert and shows it on the other display within a second', async () => {
    await ward.device.alert(anAlert({ id: 'a' }));
    const [here, there] = await Promise.all([openDisplay(), openDisplay()]);
    await Promise.all([here.waitForSelector('.row'), there.waitForSelector('.row')]);

    await here.click('.row .ack');
    await here.click('.name:has-text("김서연")');
    const pressed = performance.now();
    await there.waitForSelector('.seen:has-text("김서연 간호사")');

    expect(performance.now() - pressed).toBeLessThan(1_000);
    expect(ward.commands).toMatchObject([{ action: 'acknowledge', by: '김서연 간호사' }]);
    expect(await here.textContent('.row.done')).toContain('취소');
  });

  it('undoes an acknowledgement', async () => {
    await ward.device.alert(anAlert({ id: 'a' }));
    const page = await openDisplay();

    await page.click('.row .ack');
    await page.click('.name:has-text("한지호")');
    await page.click('.undo');
    await page.waitForSelector('.row .ack');

    await waitUntil('the command', () => ward.commands[1]);
    expect(ward.commands.map((command) => command['action'])).toEqual(['acknowledge', 'unacknowledge']);
    expect(new Set(ward.commands.map((command) => command['nonce'])).size).toBe(2);
  });

  it('lets a person who is not on the list give a name', async () => {
    await ward.device.alert(anAlert({ id: 'a' }));
    const page = await openDisplay();

    await page.click('.row .ack');
    await page.click('.other');
    await page.fill('input', '강태오');
    await page.keyboard.press('Enter');

    const command = await waitUntil('the command', () => ward.commands[0]);
    expect(command).toMatchObject({ by: '강태오' });
  });

  it('shows the alert again, with the reason, when an acknowledgement was not recorded', async () => {
    await using deaf = await openWardFixture({ pages: pages.folder, isAnswering: false });
    await deaf.device.alert(anAlert({ id: 'a' }));
    const page = await openDisplay({}, deaf);

    await page.click('.row .ack');
    await page.click('.name');
    await page.waitForSelector('.row.done');
    await page.waitForSelector('.row .ack');

    expect(await page.textContent('.row h3')).toBe(ko.refusals['not-recorded']);
  });

  it('works with a broker that supports MQTT 3.1.1 only', async () => {
    await using old = await openWardFixture({ pages: pages.folder, isEmbedded: true });
    const alerts = Array.from({ length: 30 }, (_, index) => anAlert({ id: `a${index}`, minutesAgo: 2 }));
    for (const alert of alerts) await old.device.alert(alert);

    const page = await openDisplay({}, old);
    await page.waitForSelector('main[data-live="yes"]');

    expect(await page.textContent('.more .count')).toBe('+27');
  });

  it('shows the not-live screen when the broker stops, and recovers without a reload', async () => {
    await ward.device.alert(anAlert({ id: 'a' }));
    const page = await openDisplay();
    await page.waitForSelector('.row');
    await page.evaluate(() => Object.assign(globalThis, { isSamePage: true }));

    const stopped = performance.now();
    await ward.stopBroker();
    await page.waitForSelector('.cut-off');

    expect(performance.now() - stopped).toBeLessThan(10_000);
    expect(await page.textContent('.not-live')).toContain('방사선실로 전화하세요');
    expect(await page.textContent('.not-live')).not.toContain('알림 없음');
    expect(await page.textContent('.known')).toContain('왼쪽 손목 · K7Q2');
    expect(await styleOf(page, 'main', 'backgroundColor')).toBe('rgb(237, 226, 203)');
    await ward.startBroker();
    await page.waitForSelector('.row');
    expect(await page.evaluate(() => 'isSamePage' in globalThis)).toBe(true);
  });

  it('shows the not-live screen when the device goes off, and for how long its information has been old', async () => {
    const page = await openDisplay();
    await page.waitForSelector('.quiet');

    await ward.device.online('offline');
    await page.waitForSelector('.device-off');
    expect(await page.textContent('.not-live h1')).toBe('분석 장치 꺼짐');

    const longAgo = new Date(Date.now() - 300_000).toISOString();
    await ward.device.online();
    await ward.device.health({ ts: longAgo });
    const late = await openDisplay();
    await late.waitForSelector('.not-live.old');
    expect(await late.textContent('.foot')).toContain('5분째');
  });

  it('stays dark with a light lane while the device is slower than configured', async () => {
    const page = await openDisplay();
    await page.waitForSelector('.quiet');

    await ward.device.info(['EXECUTION_PROVIDER_UNAVAILABLE']);
    await page.waitForSelector('.lane');

    expect(await page.textContent('.why')).not.toContain('정상');
    expect(await page.getAttribute('main', 'data-live')).toBe('yes');
  });

  it('changes to English and remembers it', async () => {
    await ward.device.alert(anAlert({ id: 'a', bodyPart: 'hip', laterality: 'R' }));
    const page = await openDisplay();
    await page.waitForSelector('.row');

    await page.click('button:has-text("English")');
    expect(await page.textContent('.row h2')).toBe('Right hipK7Q2');
    await page.reload();
    await page.waitForSelector('.row');

    expect(await page.getAttribute('html', 'lang')).toBe('en');
    expect(await page.textContent('.row .ack')).toBe('I have seen it');
  });

  it('shows that the browser blocks the sound until the first touch', async () => {
    const page = await chromium.openPage('about:blank');
    await page.addInitScript(LOUDSPEAKER);
    // Evaluating a script counts as a touch for this browser, so the page must have opened its loudspeaker before.
    const found = page.waitForEvent('console', { predicate: (message) => message.text() === 'loudspeaker' });
    await page.goto(ward.url);
    await found;
    expect(await page.textContent('.tool.ask')).toBe('소리를 켜려면 화면을 한 번 누르세요');

    await page.click('h1');
    await page.waitForSelector('.tool:has-text("소리 켜짐")');
    await page.click('.tool:has-text("소리 켜짐")');

    expect(await page.textContent('.tool:has-text("중지")')).toMatch(/소리 중지 (2:00|1:59)/);
  });

  it('counts alerts that have no row of their own, and never cuts a row off', async () => {
    const ids = ['a', 'b', 'c', 'd', 'e'];
    for (const id of ids)
      await ward.device.alert(
        anAlert({ id, caseRef: `${id.toUpperCase()}111`, bodyPart: 'lower-leg', laterality: 'R' }),
      );
    const page = await openDisplay();
    await page.waitForSelector('.more');

    expect(await page.textContent('.more .count')).toBe('+2');
    expect(await overflowing(page)).toEqual([]);
  });

  it('has text sizes that are readable from five metres', async () => {
    const page = await openDisplay();
    await page.waitForSelector('.quiet');
    expect(await fontSize(page, '.quiet h1')).toBe(152);

    await ward.device.alert(high);
    await page.waitForSelector('.arrival');
    expect(await fontSize(page, '.arrival h1')).toBe(196);
    const quarter = await page.locator('.arrival > .flag').boundingBox();
    expect((quarter?.width ?? 0) * (quarter?.height ?? 0)).toBeCloseTo((1920 * 1080) / 4, -4);
    await page.click('.ack');
    await page.click('.back');
    await ward.device.alert(anAlert({ id: 'medium', minutesAgo: 7 }));
    await ward.device.alert(anAlert({ id: 'low', priority: 'low' }));
    await page.waitForSelector('[data-alert="low"]');

    expect(await fontSize(page, '.row.high h2')).toBe(112);
    expect(await fontSize(page, '.row.high h3')).toBe(72);
    expect(await fontSize(page, '.row.medium h2')).toBe(88);
    expect(await fontSize(page, '.row.medium h3')).toBe(56);
    expect(await fontSize(page, '.row.low h2')).toBe(76);
    expect(await fontSize(page, '.row.medium .late')).toBe(52);
    expect(await fontSize(page, '.not-for-diagnosis')).toBe(34);
    for (const button of await page.locator('.ack').all()) {
      const box = await button.boundingBox();
      expect(box?.height).toBeGreaterThanOrEqual(140);
      expect(box?.width).toBeGreaterThanOrEqual(300);
    }
    for (const tool of await page.locator('.tool').all()) {
      expect((await tool.boundingBox())?.height).toBeGreaterThan(79.9);
    }
    expect(await overflowing(page)).toEqual([]);
  });

  it.each([
    ['a tablet', 1280, 800, 80 * (1280 / 1920)],
    ['a phone', 390, 844, 44],
  ])('fits %s, with targets that a finger finds', async (_screen, width, height, least) => {
    await ward.device.alert(anAlert({ id: 'a', minutesAgo: 7 }));
    await ward.device.alert(
      anAlert({ id: 'b', bodyPart: 'collarbone', laterality: 'R', place: { room: '302', bed: '2' } }),
    );
    const page = await openDisplay({ viewport: { width, height } });
    await page.waitForSelector('.row');

    expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    for (const button of await page.locator('button').all()) {
      expect((await button.boundingBox())?.height).toBeGreaterThanOrEqual(least - 0.5);
    }
    expect(await overflowing(page)).toEqual([]);
  });

  it('shows no animation to people who prefer reduced motion', async () => {
    await ward.device.alert(high);
    const page = await openDisplay({ reducedMotion: 'reduce' });
    await page.waitForSelector('.flag');

    expect(await styleOf(page, '.flag', 'animationName')).toBe('none');
  });

  it('draws all of its texts in its own font', async () => {
    const page = await openDisplay();
    await page.waitForSelector('.quiet');
    const source = readFileSync(new URL('../../../src/web/i18n/ward/ko.ts', import.meta.url), 'utf8');
    const texts = source.match(/[가-힣]+/g) ?? [];

    const fonts = await fontsFor(page, texts.join(' '));

    expect(fonts).toEqual(['Bonewatch Sans']);
  });
});

/** Resolves when the page has opened its loudspeaker. */
const LOUDSPEAKER = `globalThis.AudioContext = class extends AudioContext {
  constructor() {
    super();
    console.log('loudspeaker');
  }
}`;

async function fontSize(page: Page, selector: string): Promise<number> {
  return Math.round(Number.parseFloat(await styleOf(page, selector, 'fontSize')));
}

function styleOf(page: Page, selector: string, property: string): Promise<string> {
  return page.evaluate<string>(`getComputedStyle(document.querySelector('${selector}')).${property}`);
}

/** Lines of text that are wider than their container. */
function overflowing(page: Page): Promise<readonly string[]> {
  return page.evaluate<string[]>(`
    [...document.querySelectorAll('h1, h2, h3, .when, .ack, .brief, .seen, .foot, .head')]
      .filter((element) => element.scrollWidth > element.clientWidth + 1)
      .map((element) => element.textContent)
  `);
}

/** The font families that the browser actually draws a text with. */
async function fontsFor(page: Page, text: string): Promise<readonly string[]> {
  await page.evaluate(`
    document.body.append(Object.assign(document.createElement('p'), { id: 'probe', textContent: ${JSON.stringify(text)} }));
    document.fonts.ready.then(() => true)
  `);
  const session = await page.context().newCDPSession(page);
  await session.send('DOM.enable');
  await session.send('CSS.enable');
  const { root } = await session.send('DOM.getDocument');
  const { nodeId } = await session.send('DOM.querySelector', { nodeId: root.nodeId, selector: '#probe' });
  const { fonts } = await session.send('CSS.getPlatformFontsForNode', { nodeId });
  return fonts.map((font) => font.familyName);
}

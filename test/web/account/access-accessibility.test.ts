import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openScreensFixture, PASSWORD, type ScreensFixture } from '../../support/screens-fixture.ts';
import { accessibilityFaults } from '../../support/check-accessibility.ts';
import { chromiumAvailable, startChromium, type Chromium } from '../../support/chromium.ts';

const canRun = chromiumAvailable('the accessibility of the way in');
const SIZES = [
  ['on a desk', { width: 1280, height: 800 }],
  ['on a wall', { width: 1920, height: 1080 }],
  ['on a phone', { width: 390, height: 844 }],
] as const;
let fixture: ScreensFixture;
let chromium: Chromium;

beforeAll(async () => {
  if (!canRun) return;
  fixture = await openScreensFixture({ users: { 오유진: 'admin' } });
  chromium = await startChromium();
});
afterAll(async () => {
  if (!canRun) return;
  await chromium[Symbol.asyncDispose]();
  await fixture[Symbol.asyncDispose]();
});

describe.runIf(canRun)('the way in', { timeout: 120_000 }, () => {
  it.each(SIZES)('has no violation of WCAG 2.2 AA, in either language: %s', async (_where, viewport) => {
    const page = await chromium.openPage(`${fixture.url}/pair?to=/ward/w3`, { viewport });
    const found: string[] = [];
    const check = async (state: string, selector: string): Promise<void> => {
      await page.waitForSelector(selector);
      found.push(...(await faultsIn(page)).map((fault) => `${state}: ${fault}`));
    };

    await check('pairing', '.code');
    await page.click('footer button');
    await check('pairing in English', ':lang(en) .code');
    await page.click('footer button');
    await page.goto(`${fixture.url}/pair?to=/ward/nowhere`);
    await check('pairing to a ward that is not there', '[role=alert], .refusal, h1');
    await page.goto(`${fixture.url}/sign-in?to=/account`);
    await check('sign-in', '#name');
    await signIn(page, 'wrong password');
    await check('sign-in refused', '[role=alert]:not(:empty)');
    await signIn(page, PASSWORD);
    await check('account', '#display-name');
    await page.fill('#code', 'NOPE');
    await page.fill('#display-name', '벽');
    await page.click('section button[type=submit]:has-text("연결")');
    await check('account, no such code', '[role=alert]:not(:empty)');
    await page.click('footer button');
    await check('account in English', ':lang(en) #display-name');

    expect(found).toEqual([]);
  });

  it('has no violation in the list of paired displays', async () => {
    const { id } = await fixture.pair('w5');
    const page = await chromium.openPage(`${fixture.url}/sign-in?to=/account`);
    await signIn(page, PASSWORD);
    await page.waitForSelector('li');

    expect(await faultsIn(page)).toEqual([]);
    fixture.store.displays.revoke(id);
  });
});

async function signIn(page: Page, password: string): Promise<void> {
  await page.fill('#name', '오유진');
  await page.fill('#password', password);
  await page.click('button[type=submit]');
}

async function faultsIn(page: Page): Promise<readonly string[]> {
  await page.evaluate('document.fonts.ready.then(() => true)');
  return accessibilityFaults(page);
}

import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openScreensFixture, PASSWORD, type ScreensFixture } from '../../support/screens-fixture.ts';
import { chromiumAvailable, startChromium, type Chromium } from '../../support/chromium.ts';

const canRun = chromiumAvailable('the pages of the sign-in');
let fixture: ScreensFixture;
let chromium: Chromium;

beforeAll(async () => {
  if (!canRun) return;
  fixture = await openScreensFixture({ users: { 오유진: 'radiographer', Kim: 'viewer' } });
  chromium = await startChromium();
});
afterAll(async () => {
  if (!canRun) return;
  await chromium[Symbol.asyncDispose]();
  await fixture[Symbol.asyncDispose]();
});

async function fillIn(page: Page, name: string, password: string): Promise<void> {
  await page.fill('#name', name);
  await page.fill('#password', password);
  await page.click('button[type=submit]');
}

describe.runIf(canRun)('the sign-in', { timeout: 120_000 }, () => {
  it('redirects to the requested page after the sign-in, in the language that the person chooses', async () => {
    const page = await chromium.openPage(`${fixture.url}/account`, {
      viewport: { width: 1280, height: 800 },
    });
    await page.waitForSelector('h1:has-text("로그인하세요")');
    expect(await page.textContent('body')).toContain('진단용 아님');

    await fillIn(page, '오유진', 'wrong password');
    await page.waitForSelector('[role=alert]:has-text("맞지 않습니다")');
    expect(await page.inputValue('#password')).toBe('');
    await page.click('footer button');
    await page.waitForSelector('h1:has-text("Sign in")');
    expect(await page.getAttribute('html', 'lang')).toBe('en');
    await fillIn(page, '오유진', PASSWORD);

    await page.waitForSelector('h1:has-text("My account")');
    expect(new URL(page.url()).pathname).toBe('/account');
    await page.click('text=Sign out');
    await page.waitForURL('**/sign-in');
    await page.goto(`${fixture.url}/account`);
    expect(new URL(page.url()).pathname).toBe('/sign-in');
  });

  it('links the account page under the user’s name on every page of the console, and back', async () => {
    const page = await chromium.openPage(`${fixture.url}/sign-in?to=/console`);
    await page.waitForSelector('#name');
    await fillIn(page, '오유진', PASSWORD);
    await page.waitForURL(`${fixture.url}/console`);

    for (const path of ['/console', '/console/quality', '/console/system']) {
      await page.goto(fixture.url + path);
      await page.click('a.me:has-text("오유진")');
      await page.waitForSelector('.me:has-text("방사선사")');
      expect(await page.textContent('.me button')).toBe('로그아웃');
      await page.click('a:has-text("돌아가기")');
      expect(new URL(page.url()).pathname).toBe(path);
    }
  });

  it('turns a screen into a display once a radiographer types the code that it shows', async () => {
    const wall = await chromium.openPage(`${fixture.url}/ward/w3`);
    const code = (await wall.textContent('.code'))?.replaceAll(/\s/g, '') ?? '';
    const desk = await chromium.openPage(`${fixture.url}/sign-in?to=/account`);
    await desk.waitForSelector('#name');
    await fillIn(desk, '오유진', PASSWORD);
    await desk.waitForSelector('#code');
    await desk.fill('#code', code.toLowerCase());
    await desk.fill('#display-name', '간호사실 벽');
    await desk.click('section button[type=submit]:has-text("연결")');

    await wall.waitForURL(`${fixture.url}/ward/w3`);
    await desk.waitForSelector('li:has-text("간호사실 벽")');
    const cookies = await wall.context().cookies();
    expect(cookies.map(({ name, httpOnly, sameSite }) => ({ name, httpOnly, sameSite }))).toEqual([
      { name: 'bonewatch-display', httpOnly: true, sameSite: 'Lax' },
    ]);

    await desk.click('li:has-text("간호사실 벽") button');
    await desk.waitForSelector('text=연결된 화면이 없습니다');
    await wall.reload();
    await wall.waitForSelector('.code');
  });

  it('shows its code to a display however many pairings others have requested', async () => {
    for (let machine = 1; machine <= 30; machine += 1)
      for (let count = 0; count < 8; count += 1)
        fixture.store.displays.ask({ ward: 'w3', address: `10.9.9.${machine}` });

    const wall = await chromium.openPage(`${fixture.url}/pair?to=/ward/w3`);
    await wall.waitForSelector('.code');
    for (let count = 0; count < 100; count += 1)
      fixture.store.displays.ask({ ward: 'w3', address: `10.9.9.${(count % 30) + 1}` });
    await wall.reload();

    const shown = ((await wall.textContent('.code')) ?? '').replaceAll(/\s/g, '');
    const display = fixture.store.displays.confirm(shown, { name: '벽', ward: 'w3', by: 'test' });
    expect(display).toMatchObject({ name: '벽', ward: 'w3' });
    fixture.store.displays.revoke(display?.id ?? '');
  });

  it('stays on this server after the sign-in, whatever address the link names', async () => {
    for (const to of ['/.//evil.invalid/', '//evil.invalid/', '/%5Cevil.invalid', '/%2e//evil.invalid/']) {
      const page = await chromium.openPage(`${fixture.url}/sign-in?to=${to}`);
      await page.waitForSelector('#name');
      await fillIn(page, '오유진', PASSWORD);

      await page.waitForURL((url) => url.pathname !== '/sign-in');
      expect(new URL(page.url()).origin).toBe(new URL(fixture.url).origin);
      await page.close();
    }
  });

  it('shows why a common password is not accepted as a new one', async () => {
    const page = await chromium.openPage(`${fixture.url}/sign-in?to=/account`);
    await page.waitForSelector('#name');
    await fillIn(page, '오유진', PASSWORD);
    await page.waitForSelector('input[autocomplete="new-password"]');
    await page.fill('input[autocomplete="current-password"]', PASSWORD);
    for (const field of await page.locator('input[autocomplete="new-password"]').all())
      await field.fill('qwer1234!!');
    await page.click('form:has(input[autocomplete="new-password"]) button[type="submit"]');

    await page.waitForSelector('text=너무 짧거나 쉽게 알아낼 수 있습니다');
  });

  it('shows names that contain markup as text', async () => {
    const hostile = '<img src=x onerror="document.title=`owned`">';
    const pairing = fixture.store.displays.ask({ ward: 'w3', address: '::1' });
    fixture.store.displays.confirm(pairing.code, { name: hostile, ward: 'w3', by: '<script>' });
    const page = await chromium.openPage(`${fixture.url}/sign-in?to=/account`);
    await page.waitForSelector('#name');
    await fillIn(page, '오유진', PASSWORD);

    await page.waitForSelector(`li:has-text("onerror")`);

    expect(await page.locator('img').count()).toBe(0);
    expect(await page.title()).toBe('내 계정 — Bonewatch');
  });

  it('fits a phone, with nothing cut off and every target large enough for a finger', async () => {
    for (const path of ['/sign-in', '/pair?to=/ward/w3']) {
      const page = await chromium.openPage(fixture.url + path, { viewport: { width: 360, height: 640 } });
      await page.waitForSelector('footer button');
      const widest = await page.evaluate<number>('document.documentElement.scrollWidth');
      const targets = await page.locator('button, input, a').all();
      const boxes = await Promise.all(targets.map((target) => target.boundingBox()));

      expect(widest).toBeLessThanOrEqual(360);
      expect(Math.min(...boxes.map((box) => box?.height ?? 0))).toBeGreaterThanOrEqual(40);
      await page.context().close();
    }
  });
});

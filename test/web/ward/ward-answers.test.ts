import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { PersonPrincipal } from '../../../src/screens/access/principal.ts';
import type { Authenticator } from '../../../src/screens/access/authenticator.ts';
import { ko } from '../../../src/web/i18n/ward/ko.ts';
import { anAlert } from '../../support/an-alert.ts';
import { buildPages } from '../../support/build-pages.ts';
import type { BuiltPages } from '../../support/build-pages.ts';
import { chromiumAvailable, startChromium } from '../../support/chromium.ts';
import type { Chromium } from '../../support/chromium.ts';
import { mosquittoAvailable } from '../../support/mosquitto.ts';
import { scanBadge } from '../../support/scan-badge.ts';
import { waitUntil } from '../../support/wait-until.ts';
import { openWardFixture } from '../../support/ward-fixture.ts';

const NAME = 'the person who acknowledges on a ward display';
const canRun = [chromiumAvailable(NAME), mosquittoAvailable(NAME)].every(Boolean);

/** Authenticates every request as one person. */
function anAuthenticatorFor(person: Omit<PersonPrincipal, 'kind' | 'displayId'>): Authenticator {
  return {
    authenticate: () => ({
      principal: { kind: 'person', displayId: 'person-1', ...person },
      csrfToken: 'token',
    }),
  };
}

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

  it('is the owner of a scanned badge, even if nothing was touched before', async () => {
    await using ward = await openWardFixture({ pages: pages.folder });
    const page = await chromium.openPage(ward.url);
    await page.waitForSelector('.quiet');
    await ward.device.alert(anAlert({ id: 'a', priority: 'high' }));
    await page.waitForSelector('.arrival');

    await scanBadge(page, 'A0012345');
    await page.waitForSelector('.row.done');

    const command = await waitUntil('the command', () => ward.commands[0]);
    expect(command).toMatchObject({ action: 'acknowledge', by: '김서연 간호사' });
  });

  it('is asked for a name when the badge is not listed', async () => {
    await using ward = await openWardFixture({ pages: pages.folder });
    await ward.device.alert(anAlert({ id: 'a' }));
    const page = await chromium.openPage(ward.url);
    await page.click('.row .ack');
    await page.click('.other');

    await scanBadge(page, '99990000');
    await page.waitForSelector('.badge:has-text("등록되지 않은 사원증")');

    expect(await page.inputValue('input')).toBe('');
    expect(ward.commands).toEqual([]);
    await page.click('.name:has-text("의사")');
    expect(await waitUntil('the command', () => ward.commands[0])).toMatchObject({ by: '의사' });
  });

  it('is the nurse who signed in, without being asked again', async () => {
    const authenticator = anAuthenticatorFor({ name: '이도윤', role: 'nurse' });
    await using ward = await openWardFixture({ pages: pages.folder, authenticator });
    await ward.device.alert(anAlert({ id: 'a' }));
    const page = await chromium.openPage(ward.url);

    await page.click('.row .ack');
    await page.waitForSelector('.row.done:has-text("이도윤")');
    expect(await page.getAttribute('.tool.me:has-text("이도윤")', 'href')).toBe('/account?to=/ward/ward-3');

    expect(await waitUntil('the command', () => ward.commands[0])).toMatchObject({ by: '이도윤' });
  });

  it('sees why the device rejected a press, and not why it rejected one on another display', async () => {
    await using ward = await openWardFixture({ pages: pages.folder, isAnswering: false });
    const alert = anAlert({ id: 'a', rev: 1, priority: 'medium' });
    await ward.device.alert(alert);
    const page = await chromium.openPage(ward.url);
    await page.click('.row .ack');
    await page.click('.name:has-text("의사")');
    const { nonce } = await waitUntil('the command', () => ward.commands[0]);
    const rejected = { display: 'd', reason: 'outdated', at: new Date().toISOString() } as const;

    const changed = { ...alert, rev: 2, newsRev: 2 };
    await ward.device.alert({ ...changed, rejected: { ...rejected, nonce: 'of another' } });
    await page.waitForTimeout(300);
    expect(await page.locator('.row.done').count()).toBe(1);
    await ward.device.alert({ ...changed, rejected: { ...rejected, nonce: String(nonce) } });

    await page.waitForSelector(`.row h3:has-text("${ko.refusals.outdated}")`, { timeout: 3_000 });
    expect(await page.locator('.row.done').count()).toBe(0);
  });

  it('is never a viewer', async () => {
    const authenticator = anAuthenticatorFor({ name: '한지호', role: 'viewer' });
    await using ward = await openWardFixture({ pages: pages.folder, authenticator });
    await ward.device.alert(anAlert({ id: 'a' }));
    const page = await chromium.openPage(ward.url);
    await page.waitForSelector('.row');

    expect(await page.locator('.ack').count()).toBe(0);
  });
});

import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { anAlert } from '../support/an-alert.ts';
import { buildPages } from '../support/build-pages.ts';
import { chromiumAvailable, startChromium } from '../support/chromium.ts';
import { mosquittoAvailable } from '../support/mosquitto.ts';
import { openWardFixture } from '../support/ward-fixture.ts';

const NAME = 'the pictures of the ward display';
const canRun = [chromiumAvailable(NAME), mosquittoAvailable(NAME)].every(Boolean);
const FOLDER = fileURLToPath(new URL('../../docs/pictures/', import.meta.url));
/** 14:38 in Seoul on an invented day; all alerts are invented too. */
const NOW = Date.parse('2026-11-22T05:38:10Z');

const ALERTS = [
  anAlert({ id: 'a', priority: 'high', outcome: 'fracture-detected', minutesAgo: 2 }, NOW),
  anAlert({ id: 'b', bodyPart: 'hip', laterality: 'R', caseRef: 'M4D9', minutesAgo: 7 }, NOW),
  anAlert({ id: 'c', bodyPart: 'ankle', priority: 'low', caseRef: 'R3W6', minutesAgo: 4 }, NOW),
  anAlert(
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
  ),
];

async function picture(page: Page, name: string): Promise<void> {
  await page.evaluate(`
    document.querySelector('.beat')?.style.setProperty('visibility', 'hidden');
    document.fonts.ready.then(() => true)
  `);
  await page.screenshot({ path: `${FOLDER}${name}.png` });
}

describe.skipIf(!canRun)(NAME, () => {
  it('are made anew from what the screen really shows', { timeout: 60_000 }, async () => {
    await mkdir(FOLDER, { recursive: true });
    await using pages = await buildPages();
    await using chromium = await startChromium(['--autoplay-policy=no-user-gesture-required']);
    await using ward = await openWardFixture({ pages: pages.folder, now: () => NOW });
    const page = await chromium.openPage(ward.url, { reducedMotion: 'reduce' });

    await page.waitForSelector('.quiet');
    await picture(page, 'ward-quiet');
    for (const alert of ALERTS) await ward.device.alert(alert);
    await page.waitForSelector('.arrival:has-text("2건")');
    await picture(page, 'ward-arrival');
    await page.click('.ack');
    await picture(page, 'ward-who');
    await page.click('.back');
    await page.waitForSelector('.seen');
    await picture(page, 'ward-alerts');
    await page.click('button:has-text("English")');
    await page.waitForSelector('button:has-text("한국어")');
    await picture(page, 'ward-alerts-en');
    await page.click('button:has-text("한국어")');
    await ward.stopBroker();
    await page.waitForSelector('.cut-off');
    await picture(page, 'ward-cut-off');

    expect(await page.textContent('.paper h1')).toBe('연결 끊김');
  });
});

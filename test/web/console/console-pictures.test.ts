import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { accessibilityFaults } from '../../support/check-accessibility.ts';
import { chromiumAvailable } from '../../support/chromium.ts';
import { openConsoleFixture, phantomFiles } from '../../support/console-fixture.ts';
import { fillAlerts, fillStore } from '../../support/many-images.ts';
import { mosquittoAvailable } from '../../support/mosquitto.ts';
import { waitUntil } from '../../support/wait-until.ts';

const NAME = 'the pictures of the console';
const canRun = [chromiumAvailable(NAME), mosquittoAvailable(NAME)].every(Boolean);
const LONG = { timeout: 240_000 };
const FOLDER = fileURLToPath(new URL('../../../docs/pictures/', import.meta.url));
const SIZES = { small: { width: 1280, height: 800 }, large: { width: 1920, height: 1080 } };

describe.runIf(canRun)(NAME, () => {
  it('the console is captured in each of its states, and every state is accessible', LONG, async () => {
    await mkdir(FOLDER, { recursive: true });
    await using fixture = await openConsoleFixture({ isShippedModel: true });
    const page = await fixture.open();
    const files = phantomFiles();
    for (const [name, bytes] of files) await fixture.drop(name, bytes);
    await fixture.drop('report.txt', Buffer.from('a report'));
    await waitUntil(
      'results for all images',
      async () => (await page.locator('.row:not(:has(.moving))').count()) === files.size + 1 || undefined,
      60_000,
    );
    const faults: string[] = [];
    const capture = async (name: string | null): Promise<void> => {
      await page.evaluate('document.fonts.ready.then(() => true)');
      faults.push(...(await accessibilityFaults(page)));
      if (name !== null) await page.screenshot({ path: `${FOLDER}${name}.png` });
    };

    await capture(null);
    await openFinding(page);
    await capture('console');
    await page.setViewportSize(SIZES.large);
    await capture('console-large');
    await page.setViewportSize(SIZES.small);
    await page.keyboard.press('d');
    await page.keyboard.press('2');
    await capture('console-reason');
    await page.keyboard.press('Escape');
    await page.keyboard.press('m');
    await capture(null);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Shift+?');
    await capture('console-keys');
    await page.keyboard.press('Escape');
    await page.keyboard.press('t');
    await capture(null);
    await page.keyboard.press('Escape');
    await page.click('.language');
    await capture('console-en');
    expect(await cutOff(page)).toEqual([]);
    await page.click('.row:has(.skipped)');
    await page.waitForSelector('.because');
    await capture('console-not-analysed');

    expect(faults).toEqual([]);
  });

  it(
    'the quality page with half a year of data and the system page are captured and accessible',
    LONG,
    async () => {
      const until = Date.now();
      await using fixture = await openConsoleFixture({
        fill(path) {
          fillStore(path, 18_000, until, 15);
          fillAlerts(path, 400, until);
        },
      });
      const page = await fixture.open('/console/quality');
      await page.waitForSelector('#ppv svg');
      await page.waitForSelector('#drift svg');
      const faults: string[] = [];

      await page.evaluate('document.fonts.ready.then(() => true)');
      faults.push(...(await accessibilityFaults(page)));
      await page.screenshot({ path: `${FOLDER}quality.png` });
      await page.setViewportSize({ width: 1920, height: 1560 });
      await page.waitForTimeout(100);
      await page.screenshot({ path: `${FOLDER}quality-large.png` });
      await page.setViewportSize(SIZES.small);
      await page.click('.menu a:has-text("시스템")');
      await page.waitForSelector('.way');
      for (const ward of ['w3', 'hip'])
        await fixture.chromium.openPage(`${fixture.daemon.screensUrl}/ward/${ward}`);
      await page.waitForSelector('.way:has-text("2대")');
      // The temporary folder of this machine must not appear in the picture.
      await page.evaluate(`document.querySelector('dt.path').textContent = '/srv/xray/export'`);
      faults.push(...(await accessibilityFaults(page)));
      await page.screenshot({ path: `${FOLDER}system.png` });
      await page.click('.menu button[lang="en"]');
      await page.waitForSelector('h1:has-text("System")');
      faults.push(...(await accessibilityFaults(page)));

      expect(await page.textContent('.way')).toContain('Inboxes');
      expect(faults).toEqual([]);
    },
  );
});

/** Labels of the confidence scale that overflow their column. */
function cutOff(page: Page): Promise<readonly string[]> {
  return page.evaluate<string[]>(`
    [...document.querySelectorAll('.scale span')]
      .filter((label) => label.getBoundingClientRect().left < label.parentElement.getBoundingClientRect().left)
      .map((label) => label.textContent)
  `);
}

async function openFinding(page: Page): Promise<void> {
  await page.click('.row:has(.likely), .row:has(.suspected)');
  await page.waitForSelector('canvas[data-painted="full"]');
  await page.waitForSelector('.mark .line');
}

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { listen } from '../publish/listener.ts';
import { chromiumAvailable, startChromium } from '../support/chromium.ts';
import { freePort, mosquittoAvailable, startMosquitto } from '../support/mosquitto.ts';
import { aDaemonHome } from '../support/running-daemon.ts';
import { squarePng } from '../support/squares.ts';
import { temporaryFiles } from '../support/temporary-file.ts';
import { scanBadge } from '../support/scan-badge.ts';
import { waitUntil } from '../support/wait-until.ts';

const NAME = 'two ward displays, the daemon and its broker';
const canRun = [chromiumAvailable(NAME), mosquittoAvailable(NAME)].every(Boolean);
const WARDS = [
  { id: 'w3', name: '3병동', staff: [{ name: '김서연 간호사', badge: 'A0012345' }, '이준호 간호사'] },
  { id: 'er', name: '응급실', staff: ['한지호 의사'], match: { bodyParts: ['skull'] } },
];

describe.skipIf(!canRun)(NAME, () => {
  it(
    'show the same within a second, and show automatically what they are cut off from',
    {
      timeout: 120_000,
    },
    async () => {
      const [port, socketPort, webPort] = [await freePort(), await freePort(), await freePort()];
      await using memory = await temporaryFiles();
      const settings = [`listener ${socketPort} 127.0.0.1`, 'protocol websockets'];
      const openBroker = () => startMosquitto({ port, settings, persistenceFolder: memory.folder });
      let broker = await openBroker();
      await using home = await aDaemonHome({
        brokerUrl: broker.url,
        config: {
          wards: WARDS,
          broker: { url: broker.url, websocketUrl: `ws://127.0.0.1:${socketPort}` },
          screens: { listen: `127.0.0.1:${webPort}` },
        },
      });
      await using daemon = await home.start();
      await using chromium = await startChromium();
      const displays = await Promise.all(
        ['one', 'other'].map(() => chromium.openPage(`${daemon.screensUrl}/ward/w3`)),
      );
      const [one, other] = displays as [Page, Page];
      await onAll(displays, (page) => page.waitForSelector('.quiet'));
      await onAll(displays, (page) => page.evaluate(() => Object.assign(globalThis, { isSamePage: true })));

      // An alert is shown within a second of its publication.
      await using hospital = await listen(broker.url, 'bonewatch/v1/jeonju/ward/w3/alert/+');
      const shown = onAll(displays, async (page) => {
        await page.waitForSelector('.arrival, .row');
        return performance.now();
      });
      await writeFile(join(home.inbox, 'scan.png'), await squarePng(1, { isFractured: true }));
      await hospital.until(({ payload }) => payload !== '');
      const published = performance.now();
      expect(Math.max(...(await shown)) - published).toBeLessThan(1_000);

      // Acknowledged on one by badge, seen on the other within a second.
      await one.click('.arrival .ack, .row .ack');
      await one.waitForSelector('.name-choice .badge');
      const scanned = performance.now();
      await scanBadge(one, 'A0012345');
      await other.waitForSelector('.seen:has-text("김서연 간호사")');
      expect(performance.now() - scanned).toBeLessThan(1_000);
      expect(await one.textContent('.row.done h2')).toBe('확인: 김서연 간호사');

      // Cut off from the broker.
      const stopped = performance.now();
      await broker.kill();
      await onAll(displays, (page) => page.waitForSelector('.cut-off'));
      expect(performance.now() - stopped).toBeLessThan(10_000);
      broker = await openBroker();
      await onAll(displays, (page) => page.waitForSelector('main[data-live="yes"]'));

      // The device goes off without a message.
      const crashed = performance.now();
      await daemon.crash();
      await onAll(displays, (page) => page.waitForSelector('.device-off'));
      expect(performance.now() - crashed).toBeLessThan(10_000);
      await using again = await home.start();
      await onAll(displays, (page) => page.waitForSelector('main[data-live="yes"]'));

      expect(again.screensUrl).toBe(daemon.screensUrl);
      expect(await onAll(displays, (page) => page.evaluate(() => 'isSamePage' in globalThis))).toEqual([
        true,
        true,
      ]);
      await chromium[Symbol.asyncDispose]();
      await again.stop();
      await broker[Symbol.asyncDispose]();
    },
  );

  it(
    'show an alert of a ward without a display, and where its patient is',
    {
      timeout: 90_000,
    },
    async () => {
      await using broker = await startMosquitto();
      await using home = await aDaemonHome({
        brokerUrl: broker.url,
        config: { wards: WARDS, alerts: { escalation: { wards: ['er'], unwatchedSeconds: 2 } } },
      });
      await using daemon = await home.start();
      await using chromium = await startChromium();
      const emergency = await chromium.openPage(`${daemon.screensUrl}/ward/er`);
      await emergency.waitForSelector('.quiet');

      await writeFile(join(home.inbox, 'scan.png'), await squarePng(1, { isFractured: true }));
      await emergency.waitForSelector('.from:has-text("3병동")', { timeout: 40_000 });
      await emergency.click('.ack');
      await emergency.click('.name:has-text("한지호")');
      await emergency.waitForSelector('.row.done');

      using store = home.openStore();
      const alert = await waitUntil('the acknowledgement', () =>
        store.alerts.open().find(({ state }) => state === 'acknowledged'),
      );
      expect(alert).toMatchObject({
        acknowledgedBy: { name: '한지호 의사' },
        place: { ward: 'w3' },
        wards: ['w3', 'er'],
      });
      expect(store.audit.latest(50).map(({ kind }) => kind)).toContain('alert-escalated');
      expect(await daemon.stop()).toBe(0);
    },
  );
});

function onAll<T>(pages: readonly Page[], act: (page: Page) => Promise<T>): Promise<T[]> {
  return Promise.all(pages.map(act));
}

import type { CDPSession, Page } from 'playwright-core';
import { expect, it } from 'vitest';
import type { Alert } from '../../../src/contract/alert.ts';
import { anAlert } from '../../support/an-alert.ts';
import { buildPages } from '../../support/build-pages.ts';
import { chromiumAvailable, startChromium } from '../../support/chromium.ts';
import { phantomPictures, pictured } from '../../support/marked-phantoms.ts';
import { mosquittoAvailable } from '../../support/mosquitto.ts';
import { advance, advanceUntil, useVirtualTime } from '../../support/virtual-time.ts';
import { openWardFixture } from '../../support/ward-fixture.ts';
import type { WardFixture } from '../../support/ward-fixture.ts';

const NAME = 'eight hours of a ward display';
const canRun = [chromiumAvailable(NAME), mosquittoAvailable(NAME)].every(Boolean);
const START = Date.parse('2026-11-22T05:38:00Z');
const HOURS = 8;
const ALERTS = 2_000;
const EACH_MS = (HOURS * 3_600_000) / ALERTS;
/** Alerts arrive in bursts, so that rows, the last line and the queue for the whole screen are all used. */
const BURST = 5;
const HEALTH_MS = 30_000;
/** The number of alerts after which a seen one is cleared: half an hour. */
const CLEARED_AFTER = 125;
/** Alerts before the first measurement, four hours: the browser fills its own timelines (resources, layout shifts). */
const WARM_UP = 1_000;
/** In alerts; three times within the measurement. */
const BROKER_LOST_EVERY = 700;
/** Every second alert has a picture; the pictures of the others cannot be loaded. */
const PICTURED = Array.from({ length: (WARM_UP + ALERTS) / 2 }, (_, index) => pictured(index * 2).id);
const PRIORITIES = ['medium', 'low', 'medium', 'low', 'high'] as const;

it.runIf(canRun)(
  'eight hours with 2,000 alerts, their pictures, touches and three lost brokers do not increase the memory of a display',
  { timeout: 2_700_000 },
  async () => {
    let now = START;
    await using pages = await buildPages();
    // Code that the browser compiles during the day is not the page's; it would be a tenth of the measured memory.
    await using chromium = await startChromium(['--js-flags=--no-opt --no-maglev --no-sparkplug']);
    const routes = [phantomPictures(Object.fromEntries(PICTURED.map((id) => [id, ['hand', 'suspected']])))];
    await using ward = await openWardFixture({ pages: pages.folder, now: () => now, routes });
    const page = await chromium.openPage('about:blank', { serviceWorkers: 'block', reducedMotion: 'reduce' });
    await useVirtualTime(page, START);
    await page.goto(ward.url);
    const session = await page.context().newCDPSession(page);
    await advanceUntil(page, '.quiet');
    const liveThrough = createLife({
      page,
      ward,
      async live(spanMs) {
        for (let left = spanMs; left > 0; left -= HEALTH_MS) {
          await ward.device.health();
          await advance(page, Math.min(left, HEALTH_MS));
          now += Math.min(left, HEALTH_MS);
        }
      },
    });

    await liveThrough(0, WARM_UP);
    const before = await weigh(session);
    const started = now;
    await liveThrough(WARM_UP, WARM_UP + ALERTS);
    const after = await weigh(session);

    console.log(`simulated ${((now - started) / 3_600_000).toFixed(1)} h`, { before, after });
    expect(now - started).toBeGreaterThanOrEqual(HOURS * 3_600_000);
    expect(await page.textContent('h1')).toBe('알림 없음');
    expect(after.heapBytes).toBeLessThan(before.heapBytes * 1.1);
    expect(after.nodes).toBeLessThan(before.nodes * 1.1);
    expect(after.listeners).toBeLessThan(before.listeners * 1.1);
  },
);

interface Weight {
  readonly heapBytes: number;
  readonly nodes: number;
  readonly listeners: number;
}

async function weigh(session: CDPSession): Promise<Weight> {
  await session.send('Performance.enable');
  for (let round = 0; round < 3; round += 1) await session.send('HeapProfiler.collectGarbage');
  const { metrics } = await session.send('Performance.getMetrics');
  const of = (name: string): number => metrics.find((metric) => metric.name === name)?.value ?? NaN;
  return { heapBytes: of('JSHeapUsedSize'), nodes: of('Nodes'), listeners: of('JSEventListeners') };
}

/** Runs from one alert to another, and on until the last of them is cleared and the ward is quiet again. */
function createLife(of: {
  readonly page: Page;
  readonly ward: WardFixture;
  readonly live: (spanMs: number) => Promise<void>;
}): (from: number, to: number) => Promise<void> {
  const { page, ward, live } = of;
  const shown: Alert[] = [];

  /** The most urgent one is first, where it can be touched. */
  async function answer(burst: readonly Alert[], isTouched: boolean): Promise<void> {
    if (isTouched) {
      await advanceUntil(page, '.row .ack');
      await page.evaluate(`document.querySelector('.row .ack').click()`);
      await advanceUntil(page, '.name-choice .name');
      await page.evaluate(`document.querySelector('.name-choice .name').click()`);
      await advanceUntil(page, '.row.done');
    }
    const rest = burst.filter(({ priority }) => !isTouched || priority !== 'high');
    await Promise.all(rest.map((alert) => ward.device.alert({ ...alert, rev: 2, state: 'acknowledged' })));
  }

  async function loseBroker(): Promise<void> {
    await ward.stopBroker();
    await advanceUntil(page, '.cut-off');
    await ward.startBroker();
    await advanceUntil(page, 'main[data-live="yes"]');
  }

  return async function liveThrough(from, to) {
    for (let index = from; index < to; index += BURST) {
      const burst = Array.from({ length: BURST }, (_, nth) =>
        anAlert({
          ...pictured(index + nth),
          priority: PRIORITIES[nth] ?? 'low',
          caseRef: `C${index + nth}`,
        }),
      );
      await Promise.all(burst.map((alert) => ward.device.alert(alert)));
      shown.push(...burst);
      await advanceUntil(page, '.arrival, .row');
      await live(EACH_MS * BURST);
      await answer(burst, index % (4 * BURST) === 0);
      const old = shown.splice(0, Math.max(0, shown.length - CLEARED_AFTER));
      await Promise.all(old.map(({ id }) => ward.device.clear(id)));
      if (index % BROKER_LOST_EVERY === 0 && index > from) await loseBroker();
    }
    await Promise.all(shown.splice(0).map(({ id }) => ward.device.clear(id)));
    await live(EACH_MS);
    await advanceUntil(page, '.quiet');
  };
}

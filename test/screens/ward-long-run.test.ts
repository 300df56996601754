import type { CDPSession, Page } from 'playwright-core';
import { expect, it } from 'vitest';
import type { Alert } from '../../src/alerts/alert.ts';
import { anAlert } from '../support/an-alert.ts';
import { buildPages } from '../support/build-pages.ts';
import { chromiumAvailable, startChromium } from '../support/chromium.ts';
import { mosquittoAvailable } from '../support/mosquitto.ts';
import { pass, passUntil, useVirtualTime } from '../support/virtual-time.ts';
import { openWardFixture } from '../support/ward-fixture.ts';
import type { WardFixture } from '../support/ward-fixture.ts';

const NAME = 'eight hours of a ward display';
const canRun = [chromiumAvailable(NAME), mosquittoAvailable(NAME)].every(Boolean);
const START = Date.parse('2026-11-22T05:38:00Z');
const HOURS = 8;
const ALERTS = 2_000;
const EACH_MS = (HOURS * 3_600_000) / ALERTS;
const HEALTH_EVERY = Math.floor(30_000 / EACH_MS);
/** How many alerts later a seen one is cleared: half an hour. */
const CLEARED_AFTER = Math.round(1_800_000 / EACH_MS);
const PRIORITIES = ['medium', 'low', 'medium', 'low', 'high'] as const;

it.runIf(canRun)(
  'with 2,000 alerts, some answered by touch, and three lost brokers leave it as light as it was',
  { timeout: 1_200_000 },
  async () => {
    let now = START;
    await using pages = await buildPages();
    await using chromium = await startChromium();
    await using ward = await openWardFixture({ pages: pages.folder, now: () => now });
    const page = await chromium.openPage('about:blank', { serviceWorkers: 'block', reducedMotion: 'reduce' });
    await useVirtualTime(page, START);
    await page.goto(ward.url);
    const session = await page.context().newCDPSession(page);
    await passUntil(page, '.quiet');
    const liveThrough = createLife({
      page,
      ward,
      async live() {
        await pass(page, EACH_MS);
        now += EACH_MS;
      },
    });

    await liveThrough(0, CLEARED_AFTER);
    const before = await weigh(session);
    const started = now;
    await liveThrough(CLEARED_AFTER, CLEARED_AFTER + ALERTS);
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

/** Lives from one alert to another, and on until the last of them is cleared and the ward is quiet again. */
function createLife(of: {
  readonly page: Page;
  readonly ward: WardFixture;
  readonly live: () => Promise<void>;
}): (from: number, to: number) => Promise<void> {
  const { page, ward, live } = of;
  const shown: Alert[] = [];

  async function answer(alert: Alert, index: number): Promise<void> {
    if (index % 20 !== 0) return ward.device.alert({ ...alert, rev: 2, state: 'acknowledged' });
    await page.evaluate(`document.querySelector('[data-alert="${alert.id}"] .ack').click()`);
    await passUntil(page, '.who .name');
    await page.evaluate(`document.querySelector('.who .name').click()`);
    await passUntil(page, '.row.done');
  }

  async function loseBroker(): Promise<void> {
    await ward.stopBroker();
    await passUntil(page, '.cut-off');
    await ward.startBroker();
    await passUntil(page, 'main[data-live="yes"]');
  }

  return async function liveThrough(from, to) {
    for (let index = from; index < to; index += 1) {
      const priority = PRIORITIES[index % PRIORITIES.length] ?? 'low';
      const alert = anAlert({ id: `alert-${index}`, priority, caseRef: `C${index}` });
      if (index % HEALTH_EVERY === 0) await ward.device.health();
      await ward.device.alert(alert);
      shown.push(alert);
      await passUntil(page, `[data-alert="${alert.id}"] .ack`);
      await live();
      await answer(alert, index);
      const old = shown.length > CLEARED_AFTER ? shown.shift() : undefined;
      if (old !== undefined) await ward.device.clear(old.id);
      if (index % 600 === 599) await loseBroker();
    }
    for (const alert of shown.splice(0)) await ward.device.clear(alert.id);
    await live();
    await passUntil(page, '.quiet');
  };
}

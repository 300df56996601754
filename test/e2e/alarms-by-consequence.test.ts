import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { chromiumAvailable, startChromium, type Chromium } from '../support/chromium.ts';
import { freePort, mosquittoAvailable, startMosquitto } from '../support/mosquitto.ts';
import { runBonewatch } from '../support/run-bonewatch.ts';
import { aDaemonHome, type RunningDaemon } from '../support/running-daemon.ts';

const NAME = 'technical alarms in the order of their consequence';
const canRun = [chromiumAvailable(NAME), mosquittoAvailable(NAME)].every(Boolean);
const FIXTURES = fileURLToPath(new URL('../fixtures', import.meta.url));
const SHOWN_WITHIN_MS = 10_000;
const UNREACHABLE = '메시지 서버 연결 안 됨';
const SLOWER = '분석이 평소보다 느립니다';
/** systemd sets $JOURNAL_STREAM to device and inode of standard error. */
const IN_JOURNAL = 'JOURNAL_STREAM=$(stat -L -c %d:%i /proc/$$/fd/2) exec "$0" "$@"';

it.runIf(canRun)(
  'a frozen or killed broker is the first alarm on console, system page and ward within ten seconds, and one journal line',
  { timeout: 180_000 },
  async () => {
    await using broker = await startMosquitto();
    const health = { listen: `127.0.0.1:${await freePort()}` };
    const models = { directory: FIXTURES, active: ['tiny-model'], executionProviders: ['cuda', 'cpu'] };
    await using home = await aDaemonHome({
      brokerUrl: broker.url,
      config: { models, health },
      wrapper: ['/bin/sh', '-c', IN_JOURNAL],
    });
    await using daemon = await home.start();
    await using chromium = await startChromium();
    const pages = await openPages(chromium, daemon);
    await pages.console.waitForSelector(`.tech:has-text("${SLOWER}")`);
    await pages.ward.waitForSelector('.lane.slow');

    const frozen = await timeUntilShown(pages, () => broker.freeze());
    await expectOrder(pages);
    const doctor = await runBonewatch(['doctor', '--config', home.configFile]);
    broker.thaw();
    await pages.console.waitForSelector(`.tech:has-text("${SLOWER}")`, { timeout: 30_000 });
    await pages.ward.waitForSelector('[data-live=yes]', { timeout: 30_000 });
    await pages.system.waitForSelector(`.alarm:first-of-type h3:has-text("${SLOWER}")`);
    const killed = await timeUntilShown(pages, () => void broker.kill());

    console.info({ frozen, killed });
    for (const ms of [...Object.values(frozen), ...Object.values(killed)])
      expect(ms).toBeLessThan(SHOWN_WITHIN_MS);
    expect(doctor.stdout).toMatch(/alarms\s+BROKER_UNREACHABLE, EXECUTION_PROVIDER_UNAVAILABLE\./);
    expect(journalOf(daemon, 'BROKER_UNREACHABLE')).toEqual([
      '<3> technical alarm raised',
      '<6> technical alarm cleared',
      '<3> technical alarm raised',
    ]);
    expect(journalOf(daemon, 'EXECUTION_PROVIDER_UNAVAILABLE')).toEqual(['<4> technical alarm raised']);
  },
);

interface Pages {
  readonly console: Page;
  readonly system: Page;
  readonly ward: Page;
}

async function openPages(chromium: Chromium, { screensUrl }: RunningDaemon): Promise<Pages> {
  const [console, system, ward] = await Promise.all([
    chromium.openPage(`${screensUrl}/console`),
    chromium.openPage(`${screensUrl}/console/system`),
    chromium.openPage(`${screensUrl}/ward/w3`),
  ]);
  return { console, system, ward };
}

/** Milliseconds from the fault until each page shows it before anything else. */
async function timeUntilShown(pages: Pages, fail: () => void): Promise<Record<keyof Pages, number>> {
  fail();
  const failedAt = performance.now();
  const shown = async (page: Page, selector: string): Promise<number> => {
    await page.waitForSelector(selector, { timeout: 30_000 });
    return Math.round(performance.now() - failedAt);
  };
  const [console, system, ward] = await Promise.all([
    shown(pages.console, `.tech:has-text("${UNREACHABLE}")`),
    shown(pages.system, `.alarm:first-of-type h3:has-text("${UNREACHABLE}")`),
    shown(pages.ward, '.not-live.cut-off'),
  ]);
  return { console, system, ward };
}

async function expectOrder({ console, system }: Pages): Promise<void> {
  const lane = (await console.textContent('.tech')) ?? '';
  expect(lane).toContain(UNREACHABLE);
  expect(lane).not.toContain(SLOWER);
  expect(await system.locator('.alarm h3').allTextContents()).toEqual([UNREACHABLE, SLOWER]);
  expect(await system.textContent('header [role=status]')).toContain('알림이 전달되지 않고 있습니다');
}

/** The journal lines about an alarm: priority and message. */
function journalOf({ log }: RunningDaemon, code: string): string[] {
  return log.flatMap((line) => {
    const [, priority, json] = /^(<\d>)(\{.*\})$/.exec(line) ?? [];
    if (priority === undefined || json === undefined) return [];
    const entry = JSON.parse(json) as { readonly code?: string; readonly msg: string };
    return entry.code === code && entry.msg.includes('alarm') ? [`${priority} ${entry.msg}`] : [];
  });
}

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { listen } from '../publish/listener.ts';
import { chromiumAvailable, startChromium } from '../support/chromium.ts';
import { freePort, mosquittoAvailable, startMosquitto } from '../support/mosquitto.ts';
import { runBonewatch } from '../support/run-bonewatch.ts';
import { aDaemonHome, type DaemonHome } from '../support/running-daemon.ts';
import { squarePng } from '../support/squares.ts';

const NAME = 'a ward that is renamed or removed while an alert is open';
const canRun = [chromiumAvailable(NAME), mosquittoAvailable(NAME)].every(Boolean);
const ALERTS = 'bonewatch/v1/jeonju/ward/+/alert/+';
// Escalation would change the alerts, too.
const alerts = { escalation: { afterMinutes: 0, unwatchedSeconds: 0 } };

it.runIf(canRun)(
  'the alerts of a removed ward are shown elsewhere with an alarm until a ward takes over, and its open page shows that it is unknown',
  { timeout: 180_000 },
  async () => {
    await using broker = await startMosquitto();
    const screens = { listen: `127.0.0.1:${await freePort()}` };
    const wards = [{ id: 'w3', name: '3병동' }];
    await using home = await aDaemonHome({ brokerUrl: broker.url, config: { wards, alerts, screens } });
    await using chromium = await startChromium();
    let daemon = await home.start();
    const former = await chromium.openPage(`${daemon.screensUrl}/ward/w3`);
    await former.waitForSelector('.quiet');
    await writeFile(join(home.inbox, '1.png'), await squarePng(1, { isFractured: true }));
    await former.waitForSelector('.arrival, .row');
    const caseRef = openCase(home);

    // Removed: the check of the configuration states what is open, and the daemon shows it elsewhere.
    await changeWards(home, [{ id: 'w5', name: '5병동' }]);
    const refused = await runBonewatch(['config', 'check', home.configFile]);
    expect(refused.status).toBe(1);
    expect(refused.stdout).toMatch(new RegExp(`Ward w3 is not configured, but .*${caseRef}.*formerly`));
    expect(await daemon.stop()).toBe(0);
    const noticed = watchForQuiet(former);
    daemon = await home.start();
    await former.waitForSelector('.not-live.unknown-ward', { timeout: 30_000 });
    expect(await former.textContent('body')).toMatch(/알 수 없는 병동.*w3.*Unknown ward.*w3/s);
    expect(await noticed()).toBe(false);
    const successor = await chromium.openPage(`${daemon.screensUrl}/ward/w5`);
    await successor.waitForSelector(`.row:has-text("${caseRef}")`);
    const console = await chromium.openPage(`${daemon.screensUrl}/console`);
    await console.waitForSelector('.tech:has-text("알림이 남은 병동이 설정에 없음")');
    expect(await shownTopics(broker.url)).toEqual([expect.stringContaining('/ward/w5/alert/')]);
    expect((await runBonewatch(['doctor', '--config', home.configFile])).stdout).toMatch(
      new RegExp(`FAILED\\s+wards\\s+Ward w3 .*${caseRef}`),
    );

    // Renamed: the heir has the alert, and the old address leads to it.
    await changeWards(home, [{ id: 'w5', name: '5병동', formerly: ['w3'] }]);
    expect((await runBonewatch(['config', 'check', home.configFile])).stdout).toContain('no faults');
    expect(await daemon.stop()).toBe(0);
    daemon = await home.start();
    await former.waitForURL('**/ward/w5', { timeout: 30_000 });
    await former.waitForSelector(`.row:has-text("${caseRef}")`);
    await console.waitForSelector('.tech', { state: 'detached', timeout: 30_000 });
    expect(await shownTopics(broker.url)).toEqual([expect.stringContaining('/ward/w5/alert/')]);
    expectMoved(home);
    expect(await daemon.stop()).toBe(0);
  },
);

function openCase(home: DaemonHome): string {
  using store = home.openStore();
  const [alert] = store.alerts.open();
  if (alert === undefined) throw new Error('no alert is open');
  return alert.caseRef;
}

async function changeWards(home: DaemonHome, wards: readonly object[]): Promise<void> {
  const config = parse(await readFile(home.configFile, 'utf8')) as object;
  await writeFile(home.configFile, stringify({ ...config, wards }));
}

/** Starts to look for the quiet screen; the returned function stops and gives whether it was shown. */
function watchForQuiet(page: Page): () => Promise<boolean> {
  const seen = page.evaluate<boolean>(`(async () => {
    while (document.querySelector('.unknown-ward') === null) {
      if (document.querySelector('.quiet') !== null) return true;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return false;
  })()`);
  return () => seen;
}

async function shownTopics(url: string): Promise<readonly string[]> {
  await using reader = await listen(url, ALERTS);
  await reader.publish('bonewatch/v1/jeonju/ward/marker/alert/marker', 'end');
  await reader.until(({ payload }) => payload === 'end');
  return reader.received.filter(({ isRetained }) => isRetained).map(({ topic }) => topic);
}

function expectMoved(home: DaemonHome): void {
  using store = home.openStore();
  expect(store.alerts.open()).toMatchObject([{ place: { ward: 'w5' }, wards: ['w5'] }]);
  const moved = store.audit.latest(100).filter(({ kind }) => kind === 'alert-moved');
  expect(moved.map(({ detail }) => detail)).toMatchObject([
    { from: 'w3', ward: 'w3', wards: 'w5' },
    { from: 'w3', ward: 'w5', wards: 'w5' },
  ]);
}

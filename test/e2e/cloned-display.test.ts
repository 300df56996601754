import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { buildTopic, parseTopic } from '../../src/contract/topics.ts';
import { listen, type Listener } from '../publish/listener.ts';
import { chromiumAvailable, startChromium } from '../support/chromium.ts';
import { mosquittoAvailable, startMosquitto } from '../support/mosquitto.ts';
import { runBonewatch } from '../support/run-bonewatch.ts';
import { aDaemonHome, type DaemonHome } from '../support/running-daemon.ts';
import { squarePng } from '../support/squares.ts';
import { waitUntil } from '../support/wait-until.ts';

const NAME = 'two displays with one identity';
const canRun = [chromiumAvailable(NAME), mosquittoAvailable(NAME)].every(Boolean);
const LONG = { timeout: 120_000 };
const ALARM = buildTopic({
  kind: 'technical',
  site: 'jeonju',
  device: 'console-1',
  code: 'DISPLAY_DUPLICATED',
});
const SECRET = 'a long enough secret';
/** Two displays that throw each other out do so once a second. */
const OBSERVED_MS = 8_000;

describe.runIf(canRun)(NAME, () => {
  it.each([5, 4] as const)(
    'a copy of a paired display gets its own identity, and the page and an alarm name it (MQTT %i)',
    LONG,
    async (protocolVersion) => {
      await using broker = await startMosquitto();
      await using home = await aDaemonHome({
        brokerUrl: broker.url,
        config: { broker: { url: broker.url, protocolVersion } },
      });
      await addUser(home, '오유진', 'admin');
      await using hospital = await listen(broker.url, 'bonewatch/v1/jeonju/#');
      await using daemon = await home.start();
      await using chromium = await startChromium();
      const original = await chromium.browser.newContext({ viewport: { width: 1920, height: 1080 } });
      const first = await openPaired(original, daemon.screensUrl, home);
      const id = await waitUntil('the display is online', () => displaysOf(hospital, 'w3')[0]);
      // The disk of the display is copied to another machine.
      const copy = await chromium.browser.newContext({
        viewport: { width: 1920, height: 1080 },
        storageState: await original.storageState(),
      });
      const second = await copy.newPage();
      await second.goto(`${daemon.screensUrl}/ward/w3`);

      const alarm = await hospital.until(({ topic, payload }) => topic === ALARM && payload !== '');
      expect(JSON.parse(alarm.payload)).toMatchObject({ subject: `벽 화면 (${id})` });
      const pages = [first, second];
      await Promise.all(pages.map((page) => page.waitForSelector('main[data-live="yes"]')));
      const before = onlineMessages(hospital);
      await new Promise((resolve) => setTimeout(resolve, OBSERVED_MS));
      expect(onlineMessages(hospital)).toBe(before);
      const displays = displaysOf(hospital, 'w3');
      expect(displays).toHaveLength(2);
      expect(displays[0]).toBe(id);
      expect(displays[1]).toMatch(new RegExp(`^${id}\\.`));
      const lanes = await Promise.all(pages.map((page) => page.locator('.lane.duplicate').allInnerTexts()));
      expect(lanes.flat()).toHaveLength(1);
      expect(lanes.flat()[0]).toContain('화면 두 대가 벽 화면 하나를 사용합니다');

      await writeFile(join(home.inbox, '1.png'), await squarePng(1, { isFractured: true }));
      await Promise.all(
        pages.map((page) => page.waitForSelector(':is(.arrival, .row)', { timeout: 20_000 })),
      );
      await waitUntil('both displays confirm the alert', () =>
        receiversOf(hospital).size === 2 ? true : undefined,
      );
      expect(daemon.log.join('\n')).toMatch(/"code":"DISPLAY_DUPLICATED"/);

      await second.close();
      await first.reload();
      await waitUntil(
        'the alarm is cleared',
        () => (hospital.received.findLast(({ topic }) => topic === ALARM)?.payload === '' ? true : undefined),
        20_000,
      );
      await first.waitForSelector(':is(.arrival, .row)');
      expect(await first.locator('.lane.duplicate').count()).toBe(0);
    },
  );

  it('one person who is signed in on two machines has an identity on each', LONG, async () => {
    await using broker = await startMosquitto();
    await using home = await aDaemonHome({ brokerUrl: broker.url });
    await addUser(home, '김서연', 'nurse');
    await using hospital = await listen(broker.url, 'bonewatch/v1/jeonju/#');
    await using daemon = await home.start();
    await using chromium = await startChromium();
    const pages = [await openSignedIn(await chromium.browser.newContext(), daemon.screensUrl)];
    pages.push(await openSignedIn(await chromium.browser.newContext(), daemon.screensUrl));

    await waitUntil('both are watching', () => (displaysOf(hospital, 'w3').length === 2 ? true : undefined));
    const before = onlineMessages(hospital);
    await new Promise((resolve) => setTimeout(resolve, OBSERVED_MS));

    expect(onlineMessages(hospital)).toBe(before);
    for (const page of pages) expect(await page.getAttribute('main', 'data-live')).toBe('yes');
    expect(hospital.received.filter(({ topic, payload }) => topic === ALARM && payload !== '')).toEqual([]);
  });

  it('a copy of an unpaired display stores an identity of its own', LONG, async () => {
    await using broker = await startMosquitto();
    await using home = await aDaemonHome({ brokerUrl: broker.url });
    await using hospital = await listen(broker.url, 'bonewatch/v1/jeonju/#');
    await using daemon = await home.start();
    await using chromium = await startChromium();
    const original = await chromium.browser.newContext();
    const first = await original.newPage();
    await first.goto(`${daemon.screensUrl}/ward/w3`);
    await first.waitForSelector('.quiet');
    const copy = await chromium.browser.newContext({ storageState: await original.storageState() });
    const second = await copy.newPage();
    await second.goto(`${daemon.screensUrl}/ward/w3`);

    await waitUntil('both are watching', () => (displaysOf(hospital, 'w3').length === 2 ? true : undefined));
    const stored = await Promise.all(
      [first, second].map((page) => page.evaluate(() => localStorage.getItem('bonewatch.display'))),
    );
    expect(displaysOf(hospital, 'w3').toSorted()).toEqual(stored.toSorted());
    const before = onlineMessages(hospital);
    await new Promise((resolve) => setTimeout(resolve, OBSERVED_MS));
    expect(onlineMessages(hospital)).toBe(before);
  });
});

async function addUser(home: DaemonHome, name: string, role: string): Promise<void> {
  const secret = join(home.folder, 'secret');
  await writeFile(secret, `${SECRET}\n`);
  const args = ['--role', role, '--password-file', secret, '--config', home.configFile];
  expect(await runBonewatch(['user', 'add', name, ...args])).toMatchObject({ status: 0 });
}

/** Opens the ward on a new display, and pairs it. */
async function openPaired(context: BrowserContext, url: string, home: DaemonHome): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`${url}/ward/w3`);
  const code = await waitUntil('a pairing code', async () => {
    const text = (await page.textContent('.code', { timeout: 5_000 })) ?? '';
    return /[A-Z0-9]{3} [A-Z0-9]{3}/.exec(text)?.[0];
  });
  const args = ['--ward', 'w3', '--name', '벽 화면', '--config', home.configFile];
  expect(await runBonewatch(['display', 'pair', code.replace(' ', ''), ...args])).toMatchObject({
    status: 0,
  });
  await page.waitForSelector('.quiet', { timeout: 20_000 });
  return page;
}

async function openSignedIn(context: BrowserContext, url: string): Promise<Page> {
  const page = await context.newPage();
  const response = await context.request.post(`${url}/api/sign-in`, {
    data: { name: '김서연', password: SECRET },
    headers: { origin: url },
  });
  expect(response.ok()).toBe(true);
  await page.goto(`${url}/ward/w3`);
  await page.waitForSelector('.quiet');
  return page;
}

/** The last presence of each display. */
function presences({ received }: Listener): ReadonlyMap<string, { state: string; wards: readonly string[] }> {
  return new Map(
    received.flatMap(({ topic, payload }) => {
      const about = parseTopic(topic);
      return about?.kind === 'display-availability' ? [[about.display, JSON.parse(payload)] as const] : [];
    }),
  );
}

/** The displays that watch a ward now, the shortest id first. */
function displaysOf(hospital: Listener, ward: string): readonly string[] {
  return [...presences(hospital)]
    .filter(([, { state, wards }]) => state === 'online' && wards.includes(ward))
    .map(([display]) => display)
    .toSorted((a, b) => a.length - b.length);
}

function onlineMessages({ received }: Listener): number {
  return received.filter(
    ({ topic, payload }) =>
      parseTopic(topic)?.kind === 'display-availability' && payload.includes('"state":"online"'),
  ).length;
}

function receiversOf({ received }: Listener): ReadonlySet<string> {
  return new Set(
    received.flatMap(({ topic }) => {
      const about = parseTopic(topic);
      return about?.kind === 'receipt' ? [about.display] : [];
    }),
  );
}

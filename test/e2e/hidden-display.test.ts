import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildTopic, parseTopic } from '../../src/contract/topics.ts';
import { listen, type Listener } from '../publish/listener.ts';
import { chromiumAvailable } from '../support/chromium.ts';
import { startDesktopBrowser, type DesktopTab } from '../support/desktop-browser.ts';
import { mosquittoAvailable, startMosquitto } from '../support/mosquitto.ts';
import { aDaemonHome } from '../support/running-daemon.ts';
import { squarePng } from '../support/squares.ts';
import { waitUntil } from '../support/wait-until.ts';

const NAME = 'a ward page that no one can see';
const canRun = [chromiumAvailable(NAME), mosquittoAvailable(NAME)].every(Boolean);
const LONG = { timeout: 120_000 };
const ALARM = buildTopic({
  kind: 'technical',
  site: 'jeonju',
  device: 'console-1',
  code: 'WARD_NOT_WATCHED',
});
const config = { alerts: { escalation: { wards: ['hip'], unwatchedSeconds: 2 } } };

describe.runIf(canRun)(NAME, () => {
  it(
    'in a hidden tab watches no ward: its alert is escalated and alarmed until the tab is in front again',
    LONG,
    async () => {
      await using broker = await startMosquitto();
      await using home = await aDaemonHome({ brokerUrl: broker.url, config });
      await using hospital = await listen(broker.url, 'bonewatch/v1/jeonju/#');
      await using daemon = await home.start();
      await using browser = await startDesktopBrowser();
      const ward = await browser.openTab();
      await ward.goto(`${daemon.screensUrl}/ward/w3`);
      await untilShown(ward, '.quiet');
      await waitUntil('the ward is watched', () => presence(hospital)?.wards[0]);
      const system = await browser.openTab();
      await system.goto(`${daemon.screensUrl}/console/system`);
      await waitUntil('the ward page is hidden', () =>
        presence(hospital)?.visible === false ? true : undefined,
      );
      expect(await ward.evaluate('document.visibilityState')).toBe('hidden');
      expect(presence(hospital)).toMatchObject({ state: 'online', wards: [] });
      expect(await ward.evaluate('document.title')).toBe('가려진 화면: 3병동 — Bonewatch');

      await writeFile(join(home.inbox, '1.png'), await squarePng(1, { isFractured: true }));
      await hospital.until(({ topic, payload }) => topic === ALARM && payload.includes('"subject":"w3"'));
      await hospital.until(
        ({ topic, payload }) => topic.includes('/ward/hip/alert/') && payload.includes('not-watched'),
      );
      await untilShown(system, ':is(main, body)', '알림을 볼 병동 화면이 없습니다');
      await untilShown(ward, ':is(.arrival, .row)');
      expect(receipts(hospital)).toEqual([]);

      await ward.bringToFront();
      await waitUntil('a receipt', () => receipts(hospital)[0]);
      await waitUntil(
        'the alarm is cleared',
        () => (hospital.received.findLast(({ topic }) => topic === ALARM)?.payload === '' ? true : undefined),
        15_000,
      );
      expect(presence(hospital)).toMatchObject({ state: 'online', wards: ['w3'], visible: true });
      expect(await ward.evaluate('document.title')).toBe('3병동 — Bonewatch');
      expect(daemon.log.join('\n')).toMatch(/"code":"WARD_NOT_WATCHED"/);
    },
  );

  it('in a minimised window watches no ward until the window is open again', LONG, async () => {
    await using broker = await startMosquitto();
    await using home = await aDaemonHome({ brokerUrl: broker.url, config });
    await using hospital = await listen(broker.url, 'bonewatch/v1/jeonju/#');
    await using daemon = await home.start();
    await using browser = await startDesktopBrowser();
    const ward = await browser.openTab();
    await ward.goto(`${daemon.screensUrl}/ward/w3`);
    await waitUntil('the ward is watched', () => presence(hospital)?.wards[0]);

    await ward.setWindow('minimized');
    await waitUntil('the page is hidden', () => (presence(hospital)?.visible === false ? true : undefined));
    expect(presence(hospital)).toMatchObject({ state: 'online', wards: [] });

    await ward.setWindow('normal');
    await waitUntil('the ward is watched again', () => presence(hospital)?.wards[0]);
  });

  it(
    'that the browser no longer draws watches no ward, although the browser reports it as visible',
    LONG,
    async () => {
      await using broker = await startMosquitto();
      await using home = await aDaemonHome({ brokerUrl: broker.url, config });
      await using hospital = await listen(broker.url, 'bonewatch/v1/jeonju/#');
      await using daemon = await home.start();
      await using browser = await startDesktopBrowser();
      const ward = await browser.openTab();
      // A window system that stops the frames of a covered window.
      await ward.addInitScript(`
      globalThis.waitingFrames = [];
      globalThis.isCovered = false;
      const draw = globalThis.requestAnimationFrame.bind(globalThis);
      globalThis.requestAnimationFrame = (work) =>
        globalThis.isCovered ? globalThis.waitingFrames.push(work) : draw(work);
    `);
      await ward.goto(`${daemon.screensUrl}/ward/w3`);
      await waitUntil('the ward is watched', () => presence(hospital)?.wards[0]);

      await ward.evaluate('globalThis.isCovered = true');
      await waitUntil(
        'the page is covered',
        () => (presence(hospital)?.visible === false ? true : undefined),
        15_000,
      );
      expect(await ward.evaluate('document.visibilityState')).toBe('visible');
      expect(presence(hospital)).toMatchObject({ state: 'online', wards: [] });

      await ward.evaluate(
        'globalThis.isCovered = false; globalThis.waitingFrames.forEach((work) => work(0))',
      );
      await waitUntil('the ward is watched again', () => presence(hospital)?.wards[0]);
    },
  );
});

interface Presence {
  readonly state: string;
  readonly wards: readonly string[];
  readonly visible: boolean;
}

/** What the display last published about itself. */
function presence({ received }: Listener): Presence | undefined {
  const last = received.findLast(({ topic }) => parseTopic(topic)?.kind === 'display-availability');
  return last === undefined ? undefined : (JSON.parse(last.payload) as Presence);
}

function receipts({ received }: Listener): readonly string[] {
  return received.filter(({ topic }) => parseTopic(topic)?.kind === 'receipt').map(({ payload }) => payload);
}

async function untilShown(tab: DesktopTab, selector: string, text = ''): Promise<void> {
  const isShown = `document.querySelector(${JSON.stringify(selector)})?.textContent.includes(${JSON.stringify(text)})`;
  await waitUntil(selector, async () => (await tab.evaluate<boolean>(isShown)) || undefined, 20_000);
}

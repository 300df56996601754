import { join } from 'node:path';
import { expect, it } from 'vitest';
import { buildTopic } from '../../src/contract/topics.ts';
import { listen } from '../publish/listener.ts';
import { chromiumAvailable, startChromium } from '../support/chromium.ts';
import { holdLock } from '../support/hold-lock.ts';
import { mosquittoAvailable, startMosquitto } from '../support/mosquitto.ts';
import { aDaemonHome } from '../support/running-daemon.ts';
import { sendPictures, waitForResults } from '../support/send-pictures.ts';
import { listenAsSystemd } from '../support/systemd-listener.ts';
import { toolAvailable } from '../support/tool-available.ts';
import { waitUntil } from '../support/wait-until.ts';

const hasMosquitto = mosquittoAvailable('a database that another program has locked');
const hasChromium = chromiumAvailable('a database that another program has locked');
const ALARM = { kind: 'technical', site: 'jeonju', device: 'console-1', code: 'STORE_LOCKED' } as const;
/** A page or /health that takes longer looks broken to the person in front of it. */
const MAX_ANSWER_MS = 1000;

it.runIf(hasMosquitto && hasChromium)(
  'while another program locks the database the pages answer and name it, and no image is lost',
  { timeout: 180_000 },
  async () => {
    await using broker = await startMosquitto();
    await using home = await aDaemonHome({
      brokerUrl: broker.url,
      config: { site: { id: 'jeonju', language: 'en' } },
    });
    await using alarms = await listen(broker.url, buildTopic(ALARM));
    await using chromium = await startChromium();
    await using daemon = await home.start();
    await sendPictures(home, 0, 5);
    await waitForResults(home, 5);
    const metrics = `${daemon.healthUrl}/metrics`;
    await (await fetch(metrics)).text();

    await using lock = await holdLock(join(home.folder, 'store', 'bonewatch.db'));
    await sendPictures(home, 5, 10);
    const raised = await alarms.until(({ payload }) => payload !== '');
    expect(raised.payload).toContain(`(pid ${lock.pid})`);
    const slowest = await slowestAnswer(daemon, 4000);
    const health = await fetch(`${daemon.healthUrl}/health`);
    expect(health.status).toBe(503);
    expect(await health.text()).toContain('STORE_LOCKED');
    expect(longestBlock(await (await fetch(metrics)).text())).toBeLessThan(MAX_ANSWER_MS / 1000);
    expect(slowest).toBeLessThan(MAX_ANSWER_MS);
    const page = await chromium.openPage(`${daemon.screensUrl}/console/system`);
    await page.getByText('Another program has locked the database').first().waitFor();
    await page.getByText(`(pid ${lock.pid})`).first().waitFor();

    await lock.release();
    await waitForResults(home, 10);
    await alarms.until(({ payload }) => payload === '' && alarms.received.length > 1);
    expect((await fetch(`${daemon.healthUrl}/health`)).status).toBe(200);
    const journal = daemon.log.filter((line) => line.includes('STORE_LOCKED'));
    expect(journal.filter((line) => line.includes('technical alarm raised'))).toHaveLength(1);
    expect(daemon.log.filter((line) => line.includes('STORE_FAILED'))).toEqual([]);
    expect(await daemon.stop()).toBe(0);
  },
);

it.runIf(hasMosquitto && toolAvailable('python3', 'the messages to systemd'))(
  'a start waits while another program locks the database, names it in the journal and in systemctl status, and continues',
  { timeout: 120_000 },
  async () => {
    await using broker = await startMosquitto();
    await using home = await aDaemonHome({ brokerUrl: broker.url });
    const socket = join(home.folder, 'notify');
    await using first = await home.start();
    await sendPictures(home, 0, 2);
    await waitForResults(home, 2);
    expect(await first.stop()).toBe(0);

    await using systemd = await listenAsSystemd(socket);
    await using lock = await holdLock(join(home.folder, 'store', 'bonewatch.db'));
    const starting = home.launch({ NOTIFY_SOCKET: socket });
    const holder = `(pid ${lock.pid})`;
    const waiting = await waitUntil('the journal names the program', () =>
      starting.log.find((line) => line.includes('STORE_LOCKED')),
    );
    expect(waiting).toContain(holder);
    await waitUntil('systemctl status names the program', () =>
      systemd.messages.find((text) => text.startsWith('STATUS=Waiting') && text.includes(holder)),
    );
    await waitUntil('systemd waits longer', () =>
      systemd.messages.find((text) => text.startsWith('EXTEND_TIMEOUT_USEC=')),
    );

    await lock.release();
    await using daemon = await starting.ready;
    await sendPictures(home, 2, 4);
    await waitForResults(home, 4);
    expect(starting.log.filter((line) => line.includes('"STORE_LOCKED"'))).toHaveLength(1);
    expect(await daemon.stop()).toBe(0);
  },
);

async function slowestAnswer(
  { healthUrl, screensUrl }: { readonly healthUrl: string; readonly screensUrl: string },
  forMs: number,
): Promise<number> {
  const end = performance.now() + forMs;
  let slowest = 0;
  while (performance.now() < end) {
    for (const url of [`${healthUrl}/health`, `${screensUrl}/console/system`, `${screensUrl}/api/system`]) {
      const startedMs = performance.now();
      await (await fetch(url)).text();
      slowest = Math.max(slowest, performance.now() - startedMs);
    }
  }
  return slowest;
}

/** The longest delay of the main thread since the last request, in seconds. */
function longestBlock(metrics: string): number {
  const line = /bonewatch_event_loop_delay_seconds\{quantile="1"\} (\S+)/.exec(metrics);
  if (line === null) throw new Error(`no event-loop delay in\n${metrics}`);
  return Number(line[1]);
}

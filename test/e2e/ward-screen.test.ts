import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { chromiumAvailable, startChromium } from '../support/chromium.ts';
import { mosquittoAvailable, startMosquitto } from '../support/mosquitto.ts';
import { aDaemonHome } from '../support/running-daemon.ts';
import { squarePng } from '../support/squares.ts';
import { waitUntil } from '../support/wait-until.ts';

const NAME = 'from the inbox to the ward screen and back';
const canRun = [chromiumAvailable(NAME), mosquittoAvailable(NAME)].every(Boolean);

it.runIf(canRun)(
  'a ward display shows a fracture seconds after the export, and the audit log has who acknowledged it',
  { timeout: 120_000 },
  async () => {
    await using broker = await startMosquitto();
    const wards = [{ id: 'w3', name: '3병동', staff: ['김서연 간호사', '이준호 간호사'] }];
    await using home = await aDaemonHome({ brokerUrl: broker.url, config: { wards } });
    await using daemon = await home.start();
    await using chromium = await startChromium();
    const page = await chromium.openPage(`${daemon.screensUrl}/ward/w3`);
    await page.waitForSelector('.quiet');

    await writeFile(join(home.inbox, 'scan.png'), await squarePng(1, { isFractured: true }));
    // Very likely, so it fills the screen first; 20 s later it is a row.
    await page.click('.arrival .ack, .row .ack');
    await page.click('.name:has-text("이준호")');
    await page.waitForSelector('.row.done');

    using store = home.openStore();
    const [alert] = await waitUntil('the acknowledgement in the audit log', () =>
      store.alerts.open().some(({ state }) => state === 'acknowledged') ? store.alerts.open() : undefined,
    );
    expect(alert).toMatchObject({ acknowledgedBy: { name: '이준호 간호사' }, place: { ward: 'w3' } });
    expect(store.audit.verify()).toMatchObject({ brokenAt: null });
    // Without users the daemon knows the machine, and the name only as it was chosen.
    expect(store.audit.latest(20)).toContainEqual(
      expect.objectContaining({
        kind: 'alert-acknowledged',
        actor: 'this machine',
        detail: expect.objectContaining({ name: '이준호 간호사' }) as unknown,
      }),
    );

    await daemon.stop();
    await page.waitForSelector('.not-live');
    expect(await page.textContent('body')).not.toContain('알림 없음');

    await using again = await home.start();
    expect(again.screensUrl).not.toBe('');
  },
);

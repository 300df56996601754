import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { listen } from '../publish/listener.ts';
import { chromiumAvailable, startChromium } from '../support/chromium.ts';
import { mosquittoAvailable, startMosquitto } from '../support/mosquitto.ts';
import { aDaemonHome } from '../support/running-daemon.ts';
import { squareDicom } from '../support/squares.ts';
import { waitUntil } from '../support/wait-until.ts';

const NAME = 'the picture on the ward, from the export to the screen';
const canRun = [chromiumAvailable(NAME), mosquittoAvailable(NAME)].every(Boolean);
const WARDS = [{ id: 'w3', name: '3병동', staff: ['김서연 간호사'] }];
const PATIENT = [
  ['00100010', 'PN', 'KIM^YOUNGHEE'],
  ['00100020', 'LO', '12345678'],
] as const;

describe.skipIf(!canRun)(NAME, { timeout: 120_000 }, () => {
  it('is shown next to the alert if the hospital has configured it, and the audit log has who was shown which picture', async () => {
    await using broker = await startMosquitto();
    const config = { wards: WARDS, privacy: { fields: ['picture'] } };
    await using home = await aDaemonHome({ brokerUrl: broker.url, config });
    await using daemon = await home.start();
    await using chromium = await startChromium();
    const page = await chromium.openPage(`${daemon.screensUrl}/ward/w3`);
    await page.waitForSelector('.quiet');
    await using hospital = await listen(broker.url, 'bonewatch/v1/jeonju/ward/w3/alert/+');

    const scan = squareDicom(1, { isFractured: true, study: 1, elements: PATIENT });
    const path = join(home.inbox, 'scan.dcm');
    await writeFile(path, scan);
    const message = await hospital.until(({ payload }) => payload !== '');
    await page.waitForSelector('.arrival.has-image .alert-image img, .row.has-image .alert-image img');
    await waitUntil('the picture', async () => (await isPictureThere(page)) || undefined);

    const { id, thumbnail = '' } = JSON.parse(message.payload) as { id: string; thumbnail?: string };
    expect(thumbnail).toBe(`/api/ward/w3/alerts/${id}/picture?news=1`);
    const answer = await fetch(daemon.screensUrl + thumbnail);
    const jpeg = Buffer.from(await answer.arrayBuffer());
    expect(answer.headers.get('cache-control')).toBe('no-store');
    for (const secret of ['KIM', '12345678', 'Exif', 'scan.dcm', '1.2.3.1'])
      expect([secret, jpeg.includes(secret)]).toEqual([secret, false]);
    expect((await fetch(`${daemon.screensUrl}${thumbnail.replace('/w3/', '/hip/')}`)).status).toBe(404);

    // The original is unchanged, and no copy of it is stored.
    const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
    expect(sha256(await readFile(path))).toBe(sha256(scan));
    expect(await readdir(home.inbox)).toEqual(['scan.dcm']);
    const stored = await readdir(join(home.folder, 'store'), { recursive: true });
    expect(stored.filter((name) => /\.jpe?g$|-marked/.test(name))).toEqual([]);

    using store = home.openStore();
    const deeds = store.audit.latest(50).filter(({ kind }) => kind === 'alert-picture-viewed');
    expect(deeds[0]).toMatchObject({ subject: id, actor: 'this machine', detail: { ward: 'w3' } });
    expect(store.audit.verify()).toMatchObject({ brokenAt: null });
    expect(daemon.log.join('\n')).not.toMatch(/KIM|12345678/);
  });

  it('is not shown by default, nor once the export folder was emptied, and the alert is shown without it', async () => {
    await using broker = await startMosquitto();
    await using home = await aDaemonHome({ brokerUrl: broker.url, config: { wards: WARDS } });
    await using chromium = await startChromium();
    {
      await using daemon = await home.start();
      await using hospital = await listen(broker.url, 'bonewatch/v1/jeonju/ward/w3/alert/+');
      await writeFile(join(home.inbox, 'scan.dcm'), squareDicom(1, { isFractured: true, study: 1 }));
      const { payload } = await hospital.until((message) => message.payload !== '');
      const { id } = JSON.parse(payload) as { id: string };

      expect(payload).not.toContain('thumbnail');
      expect((await fetch(`${daemon.screensUrl}/api/ward/w3/alerts/${id}/picture`)).status).toBe(404);
      await daemon.stop();
    }

    await rm(join(home.inbox, 'scan.dcm'));
    await mkdir(join(home.inbox, 'emptied'));
    const text = await readFile(home.configFile, 'utf8');
    await writeFile(home.configFile, `${text}privacy:\n  fields: [place, picture]\n`);
    await using daemon = await home.start();
    await using hospital = await listen(broker.url, 'bonewatch/v1/jeonju/ward/w3/alert/+');
    await writeFile(join(home.inbox, 'other.dcm'), squareDicom(2, { isFractured: true, study: 2 }));
    await hospital.until(({ payload }) => payload.includes('thumbnail'));
    const page = await chromium.openPage(`${daemon.screensUrl}/ward/w3`);

    await page.waitForSelector('.arrival, .row');
    using store = home.openStore();
    const statuses = await Promise.all(
      store.alerts
        .open()
        .map(async ({ id }) => (await fetch(`${daemon.screensUrl}/api/ward/w3/alerts/${id}/picture`)).status),
    );
    expect(statuses.toSorted()).toEqual([200, 404]);
  });
});

function isPictureThere(page: Page): Promise<boolean> {
  return page.evaluate<boolean>(
    `[...document.images].some(({ complete, naturalWidth }) => complete && naturalWidth > 1)`,
  );
}

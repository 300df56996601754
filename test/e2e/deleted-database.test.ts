import { existsSync, mkdirSync, readdirSync, renameSync, rmdirSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { buildTopic } from '../../src/contract/topics.ts';
import { checkDatabase } from '../../src/store/database/check-database.ts';
import { listen } from '../publish/listener.ts';
import { chromiumAvailable, startChromium } from '../support/chromium.ts';
import { mosquittoAvailable, startMosquitto } from '../support/mosquitto.ts';
import { runBonewatch } from '../support/run-bonewatch.ts';
import { aDaemonHome, type DaemonHome } from '../support/running-daemon.ts';
import { sendPictures, waitForResults } from '../support/send-pictures.ts';
import { squarePng } from '../support/squares.ts';
import { waitUntil } from '../support/wait-until.ts';

const hasMosquitto = mosquittoAvailable('a database that is deleted while the service runs');
const hasChromium = chromiumAvailable('a database that is deleted while the service runs');
const technical = (code: string): string =>
  buildTopic({ kind: 'technical', site: 'jeonju', device: 'console-1', code });

it.runIf(hasMosquitto && hasChromium)(
  'a database that is deleted while the service runs is an alarm, and is written back with everything it held',
  { timeout: 180_000 },
  async () => {
    await using broker = await startMosquitto();
    await using home = await aDaemonHome({
      brokerUrl: broker.url,
      config: { site: { id: 'jeonju', language: 'en' } },
    });
    const path = storeOf(home);
    await using deleted = await listen(broker.url, technical('STORE_DELETED'));
    await using written = await listen(broker.url, technical('STORE_WRITTEN_BACK'));
    await using chromium = await startChromium();
    await using daemon = await home.start();
    await sendPictures(home, 0, 6);
    await waitForResults(home, 6);

    // In the way of the copy, so that the state before it can be seen.
    mkdirSync(`${path}.part`);
    const deletedMs = performance.now();
    for (const part of ['', '-wal', '-shm', '.lock']) rmSync(path + part);
    const alarm = await deleted.until(({ payload }) => payload !== '');
    expect(performance.now() - deletedMs).toBeLessThan(5000);
    expect(alarm.payload).toContain(path);
    const health = await fetch(`${daemon.healthUrl}/health`);
    expect(health.status).toBe(503);
    expect(await health.text()).toContain('was deleted, renamed or replaced while the service ran');
    const page = await chromium.openPage(`${daemon.screensUrl}/console/system`);
    await page.getByText('The database file was deleted or replaced').first().waitFor();
    await writeFile(join(home.inbox, 'meanwhile.png'), await squarePng(99, { isFractured: true }));
    await waitUntil('an image is analysed meanwhile', () =>
      daemon.log.filter((line) => line.includes('image answered')).length === 7 ? true : undefined,
    );

    rmdirSync(`${path}.part`);
    await written.until(({ payload }) => payload !== '');
    await deleted.until(({ payload }) => payload === '' && deleted.received.length > 1);
    await waitForResults(home, 7);
    expect((await fetch(`${daemon.healthUrl}/health`)).status).toBe(200);
    await page.reload();
    await page.getByText('The database file had been deleted and was written back').first().waitFor();
    await sendPictures(home, 6, 8);
    await waitForResults(home, 9);
    // The lock of the service is on the new file.
    expect((await runBonewatch(['db', 'restore', path, '--config', home.configFile])).stderr).toContain(
      'STORE_IN_USE',
    );
    expect(await daemon.stop()).toBe(0);

    await using again = await home.start();
    await waitForResults(home, 9);
    expect(again.log.filter((line) => line.includes('image answered'))).toEqual([]);
    expect(await again.stop()).toBe(0);
    expect(checkDatabase(path, 'full')).toEqual([]);
    expect(await runBonewatch(['audit', 'verify', '--config', home.configFile])).toMatchObject({ status: 0 });
  },
);

it.runIf(hasMosquitto)(
  'a database that is replaced by another file while the service runs takes its place back, and the other file is renamed',
  { timeout: 180_000 },
  async () => {
    await using broker = await startMosquitto();
    await using home = await aDaemonHome({ brokerUrl: broker.url });
    const path = storeOf(home);
    await using written = await listen(broker.url, technical('STORE_WRITTEN_BACK'));
    await using daemon = await home.start();
    await sendPictures(home, 0, 3);
    await waitForResults(home, 3);
    expect((await runBonewatch(['db', 'backup', `${path}.older`, '--config', home.configFile])).status).toBe(
      0,
    );
    await sendPictures(home, 3, 6);
    await waitForResults(home, 6);

    renameSync(`${path}.older`, path);
    await written.until(({ payload }) => payload !== '');
    await waitForResults(home, 6);
    expect(daemon.log.filter((line) => line.includes('image answered'))).toHaveLength(6);
    expect(filesNextTo(path, '.found-')).toHaveLength(1);
    expect(await daemon.stop()).toBe(0);
    expect(checkDatabase(path, 'full')).toEqual([]);
  },
);

it.runIf(hasMosquitto)(
  'a stop right after the database was deleted writes it back before the service ends',
  { timeout: 180_000 },
  async () => {
    await using broker = await startMosquitto();
    await using home = await aDaemonHome({ brokerUrl: broker.url });
    const path = storeOf(home);
    await using daemon = await home.start();
    await sendPictures(home, 0, 4);
    await waitForResults(home, 4);

    for (const part of ['', '-wal', '-shm']) rmSync(path + part);
    expect(await daemon.stop()).toBe(0);

    expect(existsSync(path)).toBe(true);
    await waitForResults(home, 4);
    expect(filesNextTo(path, '.written-back-')).toHaveLength(1);
    expect(checkDatabase(path, 'full')).toEqual([]);
  },
);

function storeOf(home: DaemonHome): string {
  return join(home.folder, 'store', 'bonewatch.db');
}

function filesNextTo(path: string, mark: string): string[] {
  return readdirSync(dirname(path)).filter((name) => name.startsWith(basename(path) + mark));
}

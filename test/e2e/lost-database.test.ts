import { copyFileSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { utimes } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { buildTopic } from '../../src/contract/topics.ts';
import { listen } from '../publish/listener.ts';
import { chromiumAvailable, startChromium } from '../support/chromium.ts';
import { mosquittoAvailable, startMosquitto } from '../support/mosquitto.ts';
import { runBonewatch } from '../support/run-bonewatch.ts';
import { aDaemonHome, type DaemonHome } from '../support/running-daemon.ts';
import { sendPictures, waitForResults } from '../support/send-pictures.ts';
import { waitUntil } from '../support/wait-until.ts';

const hasMosquitto = mosquittoAvailable('a database that is missing at the start');
const hasChromium = chromiumAvailable('a database that is missing at the start');
const technical = (code: string): string =>
  buildTopic({ kind: 'technical', site: 'jeonju', device: 'console-1', code });

it.runIf(hasMosquitto && hasChromium)(
  'a database that is missing at the start is an alarm that offers the last copy, which is never replaced by a poorer one',
  { timeout: 240_000 },
  async () => {
    await using broker = await startMosquitto();
    await using home = await aDaemonHome({
      brokerUrl: broker.url,
      config: { site: { id: 'jeonju', language: 'en' } },
    });
    const path = storeOf(home);
    const copy = `${path}.backup`;
    await using lost = await listen(broker.url, technical('STORE_LOST'));
    await using retained = await listen(broker.url, technical('STORE_COPY_RETAINED'));
    await using first = await home.start();
    await sendPictures(home, 0, 6);
    await waitForResults(home, 6);
    expect(await bonewatch(home, 'db', 'backup', copy)).toMatchObject({ status: 0 });
    await sendPictures(home, 6, 8);
    await waitForResults(home, 8);
    expect(await first.stop()).toBe(0);
    expect((await bonewatch(home, 'doctor')).stdout).toMatch(/ok +database/);

    for (const part of ['', '-wal', '-shm']) rmSync(path + part, { force: true });
    const doctor = await bonewatch(home, 'doctor');
    expect(doctor.status).toBe(1);
    expect(doctor.stdout).toContain(`bonewatch db restore ${copy}`);

    await using second = await home.start();
    expect((await lost.until(({ payload }) => payload !== '')).payload).toContain('.lost-');
    const journal = second.log.find((line) => line.includes('database lost'));
    expect(journal).toContain(`bonewatch db restore ${copy}`);
    await using chromium = await startChromium();
    const page = await chromium.openPage(`${second.screensUrl}/console/system`);
    await page.getByText('The database was missing at the start').first().waitFor();
    // Nothing of the inbox is passed over: images since the last sign of the lost database are analysed again.
    await sendPictures(home, 8, 9);
    await waitForResults(home, 9);
    expect((await bonewatch(home, 'audit', 'verify')).status).toBe(1);
    expect((await bonewatch(home, 'doctor')).stdout).toContain(`bonewatch db restore ${copy}`);

    // The nightly copy is due at once, and would replace the copy with less.
    const longAgo = new Date(Date.now() - 40 * 60 * 60_000);
    await utimes(copy, longAgo, longAgo);
    expect(await second.stop()).toBe(0);
    await using third = await home.start();
    await retained.until(({ payload }) => payload !== '');
    const [richer = ''] = filesNextTo(path, '.backup.retained-');
    expect(third.log.find((line) => line.includes('was retained'))).toContain(richer);
    await page.goto(`${third.screensUrl}/console/system`);
    await page.getByText('The database holds less than its last copy').first().waitFor();
    expect(await third.stop()).toBe(0);

    const restore = await bonewatch(home, 'db', 'restore', join(dirname(path), richer));
    expect(restore).toMatchObject({ status: 0 });
    await using fourth = await home.start();
    await lost.until(({ payload }) => payload === '' && lost.received.length > 2);
    await waitForResults(home, 9);
    // The copy has six of the nine images; the other three are found in the inbox and analysed again.
    const again = (): number => fourth.log.filter((line) => line.includes('image answered')).length;
    await waitUntil('the log has arrived', () => (again() >= 3 ? true : undefined));
    expect(again()).toBe(3);
    expect(await fourth.stop()).toBe(0);
    expect(await bonewatch(home, 'audit', 'verify')).toMatchObject({ status: 0 });
  },
);

it.runIf(hasMosquitto)(
  'an older database that was put in place by hand is an alarm, and so is the note that names the lost rows',
  { timeout: 120_000 },
  async () => {
    await using broker = await startMosquitto();
    await using home = await aDaemonHome({ brokerUrl: broker.url });
    const path = storeOf(home);
    await using lost = await listen(broker.url, technical('STORE_LOST'));
    await using first = await home.start();
    await sendPictures(home, 0, 4);
    await waitForResults(home, 4);
    expect(await first.stop()).toBe(0);
    copyFileSync(path, `${path}.older`);
    await using second = await home.start();
    await sendPictures(home, 4, 8);
    await waitForResults(home, 8);
    expect(await second.stop()).toBe(0);

    renameSync(`${path}.older`, path);
    await using third = await home.start();
    await lost.until(({ payload }) => payload !== '');
    const [note = ''] = filesNextTo(path, '.lost-');
    expect(readFileSync(join(dirname(path), note), 'utf8')).toContain('is older, or another one');
    await waitForResults(home, 8);
    expect(await third.stop()).toBe(0);
  },
);

it.runIf(hasMosquitto)(
  'a first start on a new device raises no alarm about a lost database',
  { timeout: 60_000 },
  async () => {
    await using broker = await startMosquitto();
    await using home = await aDaemonHome({ brokerUrl: broker.url });
    await using daemon = await home.start();
    expect(daemon.log.filter((line) => line.includes('STORE_'))).toEqual([]);
    expect(filesNextTo(storeOf(home), '.lost-')).toEqual([]);
    expect(await daemon.stop()).toBe(0);
  },
);

function storeOf(home: DaemonHome): string {
  return join(home.folder, 'store', 'bonewatch.db');
}

function filesNextTo(path: string, mark: string): string[] {
  return readdirSync(dirname(path)).filter((name) => name.startsWith(basename(path) + mark));
}

function bonewatch(home: DaemonHome, ...words: string[]) {
  return runBonewatch([...words, '--config', home.configFile]);
}

import { execFile } from 'node:child_process';
import { readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import type { Alert } from '../../src/contract/alert.ts';
import { damagedCopies } from '../../src/store/database/recovery/quarantine-database.ts';
import { buildTopic } from '../../src/contract/topics.ts';
import { listen, type ReceivedMessage } from '../publish/listener.ts';
import { startBrokerProxy } from '../support/broker-proxy.ts';
import { mosquittoAvailable, startMosquitto } from '../support/mosquitto.ts';
import { aDaemonHome, type DaemonHome } from '../support/running-daemon.ts';
import { sendPictures, waitForResults } from '../support/send-pictures.ts';
import { waitUntil } from '../support/wait-until.ts';

const LAUNCHER = fileURLToPath(new URL('../../bin/bonewatch.js', import.meta.url));
const hasMosquitto = mosquittoAvailable('the care of the database');

it.runIf(hasMosquitto)(
  'the database can be checked and backed up while the service runs, restored when it is stopped, and opened by one service only',
  { timeout: 120_000 },
  async () => {
    await using broker = await startMosquitto();
    await using home = await aDaemonHome({ brokerUrl: broker.url });
    const copy = join(home.folder, 'copy.db');
    await using daemon = await home.start();
    await sendPictures(home, 0, 20);
    await waitForResults(home, 20);

    expect(await bonewatch(home, 'db', 'check')).toMatchObject({ status: 0 });
    expect(await bonewatch(home, 'db', 'backup', copy)).toMatchObject({ status: 0 });
    const refused = await bonewatch(home, 'db', 'restore', copy);
    expect(refused).toMatchObject({ status: 1 });
    expect(refused.text).toContain('STORE_IN_USE');
    expect((await bonewatch(home, 'run')).text).toContain('STORE_IN_USE');
    await sendPictures(home, 20, 30);
    await waitForResults(home, 30);
    expect(await daemon.stop()).toBe(0);

    expect(await bonewatch(home, 'db', 'restore', copy)).toMatchObject({ status: 0 });
    await using again = await home.start();
    await waitForResults(home, 30);
    // The log arrives through a pipe, later than the database rows.
    const analysed = (): number => again.log.filter((line) => line.includes('image answered')).length;
    await waitUntil('the event is logged', () => (analysed() >= 10 ? true : undefined));
    expect(analysed()).toBe(10);
    expect(await bonewatch(home, 'audit', 'verify')).toMatchObject({ status: 0 });
    expect(await bonewatch(home, 'audit', 'export')).toMatchObject({ status: 0 });
    expect(await again.stop()).toBe(0);
  },
);

it.runIf(hasMosquitto)(
  'a damaged database is replaced by a new one, which raises an alarm and is filled from the inbox',
  { timeout: 120_000 },
  async () => {
    await using broker = await startMosquitto();
    await using home = await aDaemonHome({ brokerUrl: broker.url });
    const store = join(home.folder, 'store', 'bonewatch.db');
    await using alarms = await listen(
      broker.url,
      buildTopic({ kind: 'technical', site: 'jeonju', device: 'console-1', code: 'STORE_REPLACED' }),
    );
    await using wards = await listen(
      broker.url,
      buildTopic({ kind: 'alert', site: 'jeonju', ward: '+', alertId: '+' }),
    );
    await using first = await home.start();
    await sendPictures(home, 0, 60);
    await waitForResults(home, 60);
    expect(await first.stop()).toBe(0);
    await damage(store);

    await using second = await home.start();
    await alarms.until(({ payload }) => payload !== '');
    await waitForResults(home, 60);
    expect((await bonewatch(home, 'db', 'check')).status).toBe(0);
    expect(damagedCopies(store)).toHaveLength(1);
    await waitUntil('the event is logged', () => second.log.find((line) => line.includes('STORE_REPLACED')));
    const alerted = (): number =>
      new Set(wards.received.filter(({ payload }) => payload !== '').map(({ topic }) => topic)).size;
    await waitUntil('every fracture is alerted', () => (alerted() >= 20 ? true : undefined), 30_000);
    expect(await second.stop()).toBe(0);

    // The alarm is cleared once the damaged copy has been removed.
    for (const path of damagedCopies(store)) await rm(path);
    await using third = await home.start();
    await alarms.until(({ payload, isRetained }) => payload === '' && !isRetained);
    expect(await third.stop()).toBe(0);
  },
);

it.runIf(hasMosquitto)(
  'a damaged database is replaced by the last nightly backup, and only the images that it lacks are read again',
  { timeout: 120_000 },
  async () => {
    await using broker = await startMosquitto();
    await using home = await aDaemonHome({ brokerUrl: broker.url });
    const path = join(home.folder, 'store', 'bonewatch.db');
    await using first = await home.start();
    await sendPictures(home, 0, 30);
    await waitForResults(home, 30);
    // The backup is two nights old, so the service runs the missed nightly maintenance at its next start.
    await writeFile(`${path}.backup`, '');
    const longAgo = new Date(Date.now() - 40 * 60 * 60_000);
    await utimes(`${path}.backup`, longAgo, longAgo);
    expect(await first.stop()).toBe(0);

    await using second = await home.start();
    await waitUntil(
      'the nightly maintenance has run',
      () => second.log.find((line) => line.includes('database checked and copied')),
      30_000,
    );
    await sendPictures(home, 30, 40);
    await waitForResults(home, 40);
    expect(await second.stop()).toBe(0);
    await damage(path);

    await using third = await home.start();
    await waitForResults(home, 40);
    const analysed = (): number => third.log.filter((line) => line.includes('image answered')).length;
    await waitUntil('the event is logged', () => (analysed() >= 10 ? true : undefined));
    expect(analysed()).toBe(10);
    expect(await third.stop()).toBe(0);
    using store = home.openStore();
    const replaced = store.audit.latest(1000).find(({ kind }) => kind === 'store-replace');
    expect(replaced?.detail).toMatchObject({ isFromBackup: true });
  },
);

it.runIf(hasMosquitto)(
  'a restore does not undo on the wards an acknowledgement that is newer than the backup',
  { timeout: 120_000 },
  async () => {
    await using broker = await startMosquitto();
    await using proxy = await startBrokerProxy(broker.port, 'away');
    await using home = await aDaemonHome({ brokerUrl: proxy.url });
    await using wards = await listen(
      broker.url,
      buildTopic({ kind: 'alert', site: 'jeonju', ward: '+', alertId: '+' }),
    );
    const copy = join(home.folder, 'copy.db');
    await using first = await home.start();
    await sendPictures(home, 0, 1);
    await waitForResults(home, 1);
    // The backup still contains the outbox rows of the alert.
    expect(await bonewatch(home, 'db', 'backup', copy)).toMatchObject({ status: 0 });
    await proxy.switchTo('pass');
    const { id } = alertIn(await wards.until(({ payload }) => payload !== ''));
    expect(await bonewatch(home, 'alerts', 'ack', id, '--by', 'Kim')).toMatchObject({ status: 0 });
    const acknowledged = await wards.until((message) => alertIn(message).state === 'acknowledged');
    expect(await first.stop()).toBe(0);
    const receivedBefore = wards.received.length;

    expect(await bonewatch(home, 'db', 'restore', copy)).toMatchObject({ status: 0 });
    await using second = await home.start();
    await waitUntil('the store has the acknowledgement', () => {
      using store = home.openStore();
      return store.alerts.get(id)?.state === 'acknowledged' ? true : undefined;
    });
    await waitUntil('the outbox is empty', () => {
      using store = home.openStore();
      return store.outbox.pendingCount() === 0 ? true : undefined;
    });

    const republished = wards.received.slice(receivedBefore).map(alertIn);
    expect(republished.filter(({ rev }) => rev < alertIn(acknowledged).rev)).toEqual([]);
    expect(republished.every(({ state }) => state === 'acknowledged')).toBe(true);
    expect(await second.stop()).toBe(0);
  },
);

function alertIn({ payload }: ReceivedMessage): Alert {
  return JSON.parse(payload) as Alert;
}

async function damage(path: string): Promise<void> {
  const bytes = await readFile(path);
  bytes.fill(0xa5, 8192, bytes.length - 4096);
  await writeFile(path, bytes);
}

function bonewatch(home: DaemonHome, ...words: string[]): Promise<{ status: number; text: string }> {
  const { promise, resolve } = Promise.withResolvers<{ status: number; text: string }>();
  const args = [LAUNCHER, ...words, '--config', home.configFile];
  execFile(process.execPath, args, (error, stdout, stderr) => {
    resolve({ status: error === null ? 0 : Number(error.code), text: stdout + stderr });
  });
  return promise;
}

import { connectAsync } from 'mqtt';
import { describe, expect, it } from 'vitest';
import type { Alert } from '../../src/contract/alert.ts';
import type { AnalysisResult } from '../../src/contract/analysis-result.ts';
import { buildTopic } from '../../src/contract/topics.ts';
import { listen, type ReceivedMessage } from '../publish/listener.ts';
import { startBrokerProxy } from '../support/broker-proxy.ts';
import { mosquittoAvailable, startMosquitto } from '../support/mosquitto.ts';
import { aDaemonHome, type DaemonHome } from '../support/running-daemon.ts';
import { positiveStudies, writeStudies } from '../support/study-files.ts';
import { waitUntil } from '../support/wait-until.ts';

const STUDIES = 100;
const IMAGES = STUDIES * 3;
const DROPPING_MS = process.env['BONEWATCH_LONG'] === '1' ? 60_000 : 15_000;
const ALL_TOPICS = 'bonewatch/v1/jeonju/#';
const ALERTS = buildTopic({ kind: 'alert', site: 'jeonju', ward: '+', alertId: '+' });
const IMAGE = buildTopic({ kind: 'image', site: 'jeonju', device: 'console-1' });
// Timeouts must not change alerts here, so that the final state is predictable.
const config = { alerts: { escalation: { afterMinutes: 0, unwatchedSeconds: 0 } } };

describe.runIf(mosquittoAvailable('the daemon without its broker'))('the daemon without its broker', () => {
  it('stores the messages of 300 images until the broker is back, and then publishes them in order', async () => {
    await using broker = await startMosquitto();
    await using proxy = await startBrokerProxy(broker.port, 'away');
    await using home = await aDaemonHome({ brokerUrl: proxy.url, config });
    await using ward = await listen(broker.url, ALL_TOPICS);
    await using daemon = await home.start();

    const uids = await writeStudies(home.inbox, STUDIES);
    await allAnswered(home);
    const receivedWhileAway = ward.received.length;
    await proxy.switchTo('pass');
    await allDelivered(home);

    expect(receivedWhileAway).toBe(0);
    expectOneResultEach(home, uids);
    await expectImagesPublished(ward.received, uids);
    expectRevisionsInOrder(home, ward.received);
    await expectRetainedIsStored(home, broker.url);
    expect(await daemon.stop()).toBe(0);
  }, 180_000);

  it('restores the retained state of a broker that lost it in the middle of 300 images', async () => {
    const broker = await startMosquitto();
    await using proxy = await startBrokerProxy(broker.port, 'pass');
    await using home = await aDaemonHome({ brokerUrl: proxy.url, config });
    await using before = await listen(broker.url, ALERTS);
    await using daemon = await home.start();

    const writing = writeStudies(home.inbox, STUDIES);
    await waitUntil('some alerts', () => (before.received.length > 10 ? true : undefined), 60_000);
    await proxy.switchTo('away');
    await broker.kill();
    await using forgetful = await startMosquitto({ port: broker.port });
    await using after = await listen(forgetful.url, ALERTS);
    await proxy.switchTo('pass');
    const uids = await writing;
    await allAnswered(home);
    await allDelivered(home);

    expectOneResultEach(home, uids);
    expectDeliveredIsAudited(home);
    for (const received of [before.received, after.received]) expectNeverBack(received);
    await expectRetainedIsStored(home, forgetful.url);
    expect(await daemon.stop()).toBe(0);
  }, 180_000);

  it(
    'delivers everything through a broker that repeatedly accepts connections and drops them',
    async () => {
      await using broker = await startMosquitto();
      await using proxy = await startBrokerProxy(broker.port, 'drop');
      await using home = await aDaemonHome({ brokerUrl: proxy.url, config });
      await using ward = await listen(broker.url, ALL_TOPICS);
      await using daemon = await home.start();
      const end = performance.now() + DROPPING_MS;

      const uids = await writeStudies(home.inbox, STUDIES);
      await waitUntil(
        'the broker has dropped enough connections',
        () => (performance.now() > end ? true : undefined),
        DROPPING_MS + 60_000,
      );
      const { dropped } = proxy;
      await proxy.switchTo('pass');
      await allAnswered(home);
      await allDelivered(home);

      expect(dropped).toBeGreaterThan(3);
      expectOneResultEach(home, uids);
      await expectImagesPublished(ward.received, uids);
      expectRevisionsInOrder(home, ward.received);
      await expectRetainedIsStored(home, broker.url);
      expect(await daemon.stop()).toBe(0);
    },
    DROPPING_MS + 180_000,
  );
});

async function allAnswered(home: DaemonHome): Promise<void> {
  using store = home.openStore();
  await waitUntil(
    'all images have a result',
    () => (store.ledger.counts().done === IMAGES ? true : undefined),
    60_000,
  );
}

async function allDelivered(home: DaemonHome): Promise<void> {
  using store = home.openStore();
  await waitUntil(
    'the outbox is empty',
    () => (store.outbox.pendingCount() === 0 ? true : undefined),
    60_000,
  );
}

function expectOneResultEach(home: DaemonHome, uids: readonly string[]): void {
  using store = home.openStore();
  const images = store.images.list({ limit: 2 * IMAGES });
  expect(images).toHaveLength(IMAGES);
  expect(images.every(({ status }) => status === 'done')).toBe(true);
  expect(store.results.finishedSince(0, 2 * IMAGES)).toHaveLength(IMAGES);
  expect(uids).toHaveLength(IMAGES);
  expect(store.alerts.open()).toHaveLength(positiveStudies(STUDIES));
}

async function expectImagesPublished(
  received: readonly ReceivedMessage[],
  uids: readonly string[],
): Promise<void> {
  const published = () =>
    new Set(
      received
        .filter(({ topic }) => topic === IMAGE)
        .map(({ payload }) => (JSON.parse(payload) as AnalysisResult).image?.sopInstanceUid),
    );
  await waitUntil('every image was published', () => (published().size === IMAGES ? true : undefined));
  expect(published()).toEqual(new Set(uids));
}

/** Every revision of every alert was received, as retained state and as event, and none after a newer one. */
function expectRevisionsInOrder(home: DaemonHome, received: readonly ReceivedMessage[]): void {
  using store = home.openStore();
  expectNeverBack(received);
  const events = received.filter(({ topic }) => topic.endsWith('/event'));
  const announced = events.map(({ payload }) => {
    const { after, rev } = JSON.parse(payload) as { readonly after: Alert; readonly rev: number };
    return `${after.id} ${rev}`;
  });
  const shown = alertsIn(received).map(({ id, rev }) => `${id} ${rev}`);
  for (const { id, rev } of store.alerts.open()) {
    for (let one = 1; one <= rev; one += 1) {
      expect(shown).toContain(`${id} ${one}`);
      expect(announced).toContain(`${id} ${one}`);
    }
  }
}

function expectNeverBack(received: readonly ReceivedMessage[]): void {
  const latest = new Map<string, number>();
  for (const { id, rev } of alertsIn(received)) {
    expect(rev).toBeGreaterThanOrEqual(latest.get(id) ?? 0);
    latest.set(id, rev);
  }
}

function expectDeliveredIsAudited(home: DaemonHome): void {
  using store = home.openStore();
  const delivered = new Set(
    store.audit
      .latest(10_000)
      .filter(({ kind }) => kind === 'alert-delivered')
      .map(({ subject, detail }) => `${subject} ${String(detail['rev'])}`),
  );
  for (const { id, rev } of store.alerts.open())
    for (let one = 1; one <= rev; one += 1) expect(delivered).toContain(`${id} ${one}`);
  expect(store.audit.verify().brokenAt).toBeNull();
}

async function expectRetainedIsStored(home: DaemonHome, url: string): Promise<void> {
  using store = home.openStore();
  const wanted = store.alerts.shown().map(({ id, rev }) => `${id} ${rev}`);
  const retained = await waitUntil(
    'the broker has the same alerts as the store',
    async () => {
      const held = await retainedAlerts(url);
      return held.length === wanted.length && held.every((one) => wanted.includes(one)) ? held : undefined;
    },
    30_000,
  );
  expect(new Set(retained)).toEqual(new Set(wanted));
}

async function retainedAlerts(url: string): Promise<readonly string[]> {
  await using reader = await listen(url, ALERTS);
  // A marker after them shows that all have arrived, orphans too.
  const marker = await connectAsync(url, { protocolVersion: 4 });
  await marker.publishAsync('bonewatch/v1/jeonju/ward/marker/alert/marker', 'end', { qos: 1 });
  await marker.endAsync();
  await reader.until(({ payload }) => payload === 'end');
  const held = alertsIn(reader.received.filter(({ isRetained }) => isRetained));
  return held.map(({ id, rev }) => `${id} ${rev}`);
}

function alertsIn(received: readonly ReceivedMessage[]): readonly Alert[] {
  return received
    .filter(({ topic, payload }) => topic.includes('/alert/') && payload.startsWith('{'))
    .map(({ payload }) => JSON.parse(payload) as Alert);
}

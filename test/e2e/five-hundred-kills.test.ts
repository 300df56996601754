import { readdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { Alert, AlertEvent } from '../../src/contract/alert.ts';
import type { AnalysisResult } from '../../src/contract/analysis-result.ts';
import type { Store } from '../../src/store/open-store.ts';
import { buildTopic } from '../../src/contract/topics.ts';
import { listen, type ReceivedMessage } from '../publish/listener.ts';
import { mosquittoAvailable, startMosquitto } from '../support/mosquitto.ts';
import { aDaemonHome, type DaemonHome } from '../support/running-daemon.ts';
import { seeded } from '../support/seeded.ts';
import { squareDicom } from '../support/squares.ts';
import { waitUntil } from '../support/wait-until.ts';

const isLong = process.env['BONEWATCH_LONG'] === '1';
const KILLS = isLong ? 500 : 25;
const IMAGES = isLong ? 1000 : 100;
const IMAGES_PER_STUDY = 4;
const MAX_WAITING = 20;
const SEED = Number(process.env['BONEWATCH_SEED'] ?? 20);
// Timeouts must not change alerts here, so that the final state is predictable.
const config = { alerts: { escalation: { afterMinutes: 0, unwatchedSeconds: 0 } } };
const hasMosquitto = mosquittoAvailable('the daemon that is killed again and again');

it.runIf(hasMosquitto)(
  `after ${KILLS} kills each of ${IMAGES} images has exactly one result, and every alert was delivered in order`,
  { timeout: isLong ? 3_000_000 : 180_000 },
  async () => {
    await using broker = await startMosquitto({ settings: ['max_queued_messages 100000'] });
    await using home = await aDaemonHome({ brokerUrl: broker.url, config });
    await using events = await listen(broker.url, buildTopic({ kind: 'event', site: 'jeonju', ward: '+' }));
    await using images = await listen(
      broker.url,
      buildTopic({ kind: 'image', site: 'jeonju', device: 'console-1' }),
    );
    const random = seeded(SEED);
    const tally = { duringStart: 0, atWork: 0, idle: 0 };
    const startedMs = performance.now();

    for (let kill = 0, put = 0; kill < KILLS; kill += 1) {
      const daemon = home.launch();
      const isEarly = random() < 0.3;
      const afterMs = random() * (isEarly ? 900 : 500);
      const until = Math.ceil(((kill + 1) * IMAGES) / KILLS);
      if (isEarly) await delay(afterMs);
      else await daemon.ready;
      for (; put < until; put += 1) await exportImage(home, put);
      if (!isEarly) {
        // On a busy machine a run may be too short for any work: then it lasts until some is done.
        if (put - answered(home) > MAX_WAITING) await progress(home);
        await delay(afterMs);
      }
      await daemon.crash();
      tally[isEarly ? 'duringStart' : put > answered(home) ? 'atWork' : 'idle'] += 1;
      if ((kill + 1) % 25 === 0) console.log(`${kill + 1} kills, ${put} images, ${answered(home)} answered`);
    }
    const killedMs = performance.now() - startedMs;
    const answeredBefore = answered(home);
    await using last = await home.launch().ready;
    await waitUntil(
      'all images have a result',
      () => (answered(home) === IMAGES ? true : undefined),
      120_000,
    );
    using store = home.openStore();
    await waitUntil(
      'the outbox is empty',
      () => (store.outbox.pendingCount() === 0 ? true : undefined),
      60_000,
    );

    const files = (await readdir(home.inbox)).map((name) => join(home.inbox, name));
    const rows = store.images.list({ limit: 10 * IMAGES });
    expect(files).toHaveLength(IMAGES);
    expect(rows.map(({ file }) => file).toSorted()).toEqual(files.toSorted());
    expect(rows.filter(({ status, revision }) => status === 'done' && revision === 1)).toHaveLength(IMAGES);
    expect(store.results.finishedSince(0, 10 * IMAGES)).toHaveLength(IMAGES);
    const results = (): readonly AnalysisResult[] =>
      images.received.map(({ payload }) => JSON.parse(payload) as AnalysisResult);
    const published = (): number => new Set(results().map(({ sha256 }) => sha256)).size;
    await waitUntil('every result was received', () => (published() === IMAGES ? true : undefined));
    await untilReceived(store, events.received);
    expect(store.audit.verify().brokenAt).toBeNull();
    expectAlerts(store, events.received);
    await expectRetained(broker.url, store);
    expect(await last.stop()).toBe(0);
    const duplicates = results().length - IMAGES;
    const revisions = store.alerts.list(10 * IMAGES).reduce((sum, { rev }) => sum + rev, 0);
    console.log(
      JSON.stringify({
        kills: KILLS,
        ...tally,
        images: IMAGES,
        answeredBefore,
        duplicates,
        alerts: store.alerts.list(10 * IMAGES).length,
        revisions,
        eventsHeard: events.received.length,
        seed: SEED,
        killedMs,
      }),
    );
  },
);

/** Every second study is fractured on some of its images; files are renamed into place, as a well-behaved sender does. */
async function exportImage(home: DaemonHome, number: number): Promise<void> {
  const study = Math.floor(number / IMAGES_PER_STUDY);
  const bytes = squareDicom(number, { study, isFractured: isFracturedStudy(study) && number % 4 !== 1 });
  await writeFile(join(home.inbox, `.${number}.part`), bytes);
  await rename(join(home.inbox, `.${number}.part`), join(home.inbox, `${number}.dcm`));
}

function isFracturedStudy(study: number): boolean {
  return study % 2 === 0;
}

async function progress(home: DaemonHome): Promise<void> {
  const before = answered(home);
  await waitUntil('some progress', () => (answered(home) > before ? true : undefined), 60_000);
}

function answered(home: DaemonHome): number {
  using store = home.openStore();
  return store.ledger.counts().done;
}

/** One alert per fractured study, each of its revisions published at least once, none after a later one. */
function expectAlerts(store: Store, received: readonly ReceivedMessage[]): void {
  const alerts = store.alerts.list(10 * IMAGES);
  const studies = IMAGES / IMAGES_PER_STUDY;
  const fractured = Array.from({ length: studies }, (_, study) => study).filter(isFracturedStudy);
  expect(alerts.map(({ id }) => store.alerts.studyKeyOf(id)).toSorted()).toEqual(
    fractured.map((study) => `1.2.3.${study}`).toSorted(),
  );
  const published = Map.groupBy(received.map(toAlert), ({ id }) => id);
  for (const alert of alerts) {
    const revs = (published.get(alert.id) ?? []).map(({ rev }) => rev);
    expect(alert.images).toEqual({ count: IMAGES_PER_STUDY, withFindings: 3 });
    // One for each image that added a finding.
    expect(alert.rev).toBeGreaterThanOrEqual(3);
    expect([...new Set(revs)]).toEqual(Array.from({ length: alert.rev }, (_, index) => index + 1));
    expect(revs).toEqual(revs.toSorted((a, b) => a - b));
  }
  expect(new Set(published.keys())).toEqual(new Set(alerts.map(({ id }) => id)));
}

/** The broker confirms a message to its sender before it forwards it. */
async function untilReceived(store: Store, received: readonly ReceivedMessage[]): Promise<void> {
  const alerts = store.alerts.list(10 * IMAGES);
  await waitUntil('the last revision of every alert was received', () => {
    const latest = new Map(received.map(toAlert).map(({ id, rev }) => [id, rev]));
    return alerts.every(({ id, rev }) => latest.get(id) === rev) ? true : undefined;
  });
}

async function expectRetained(url: string, store: Store): Promise<void> {
  await using late = await listen(
    url,
    buildTopic({ kind: 'alert', site: 'jeonju', ward: '+', alertId: '+' }),
  );
  const open = store.alerts.open();
  await waitUntil('the retained alerts', () => (late.received.length >= open.length ? true : undefined));
  const retained = late.received.map(({ payload }) => JSON.parse(payload) as Alert);
  const byId = (a: Pick<Alert, 'id'>, b: Pick<Alert, 'id'>): number => (a.id < b.id ? -1 : 1);
  expect(retained.map(({ id, rev }) => ({ id, rev })).toSorted(byId)).toEqual(
    open.map(({ id, rev }) => ({ id, rev })).toSorted(byId),
  );
}

function toAlert({ payload }: ReceivedMessage): Alert {
  const { after } = JSON.parse(payload) as AlertEvent;
  if (after === null) throw new Error('An alert was removed without an acknowledgement.');
  return after;
}

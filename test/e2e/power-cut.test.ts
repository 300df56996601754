import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { buildTopic } from '../../src/contract/topics.ts';
import type { Alert } from '../../src/contract/alert.ts';
import { listen } from '../publish/listener.ts';
import { mosquittoAvailable, startMosquitto } from '../support/mosquitto.ts';
import { aDaemonHome } from '../support/running-daemon.ts';
import { squarePng } from '../support/squares.ts';
import { waitUntil } from '../support/wait-until.ts';

const IMAGES = 200;
const hasMosquitto = mosquittoAvailable('the daemon through a power cut');

it.runIf(hasMosquitto)(
  'each of 200 images has one result and every fracture an alert, although the daemon was killed in the middle',
  { timeout: 180_000 },
  async () => {
    await using broker = await startMosquitto();
    await using home = await aDaemonHome({ brokerUrl: broker.url });
    await using ward = await listen(
      broker.url,
      buildTopic({ kind: 'alert', site: 'jeonju', ward: '+', alertId: '+' }),
    );

    await using first = await home.start();
    for (let number = 0; number < IMAGES; number += 1) {
      const png = await squarePng(number, { isFractured: number % 4 === 0 });
      await writeFile(join(home.inbox, `.${number}`), png);
      await rename(join(home.inbox, `.${number}`), join(home.inbox, `${number}.png`));
    }
    await waitUntil(
      'a third of the images have a result',
      () => (answered(home) > IMAGES / 3 ? true : undefined),
      60_000,
    );
    const before = answered(home);
    await first.crash();
    await using second = await home.start();
    await waitUntil('all images have a result', () => (answered(home) === IMAGES ? true : undefined), 90_000);

    using store = home.openStore();
    const images = store.images.list({ limit: 1000 });
    expect(before).toBeLessThan(IMAGES);
    expect(images.filter(({ status }) => status === 'done')).toHaveLength(IMAGES);
    expect(new Set(images.map(({ file }) => file)).size).toBe(IMAGES);
    expect(store.results.finishedSince(0, 1000)).toHaveLength(IMAGES);
    const fractures = images.filter(({ outcome }) => outcome === 'fracture-detected');
    expect(fractures).toHaveLength(IMAGES / 4);
    await waitUntil('the outbox is empty', () => (store.outbox.pendingCount() === 0 ? true : undefined));
    const alerts = ward.received
      .filter(({ payload }) => payload !== '')
      .map(({ payload }) => JSON.parse(payload) as Alert);
    expect(new Set(alerts.map(({ id }) => id)).size).toBe(IMAGES / 4);
    expect(new Set(store.alerts.open().map(({ id }) => id))).toEqual(new Set(alerts.map(({ id }) => id)));
    expect(await second.stop()).toBe(0);
  },
);

function answered(home: Awaited<ReturnType<typeof aDaemonHome>>): number {
  using store = home.openStore();
  return store.ledger.counts().done;
}

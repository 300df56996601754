import { mkdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { buildTopic } from '../../src/contract/topics.ts';
import { listen } from '../publish/listener.ts';
import { mosquittoAvailable, startMosquitto } from '../support/mosquitto.ts';
import { mountAvailable, mountBind, unmount } from '../support/mounts.ts';
import { aDaemonHome, type DaemonHome } from '../support/running-daemon.ts';
import { squarePng } from '../support/squares.ts';
import { waitUntil } from '../support/wait-until.ts';

const title = 'the daemon misses no file of an inbox that is unmounted and mounted again';
const canRun = mosquittoAvailable(title) && mountAvailable(title);

for (const { mode, access } of [
  { mode: 'auto', access: 'rw' },
  { mode: 'auto', access: 'ro' },
  { mode: 'poll', access: 'ro' },
] as const) {
  it.runIf(canRun)(`${title} (${mode}, ${access})`, { timeout: 90_000 }, async () => {
    await using broker = await startMosquitto();
    await using home = await aDaemonHome({ brokerUrl: broker.url, inbox: { mode } });
    await using alarms = await listen(
      broker.url,
      buildTopic({ kind: 'technical', site: 'jeonju', device: 'console-1', code: 'INBOX_UNREACHABLE' }),
    );
    const share = join(home.folder, 'share');
    mkdirSync(share);
    mountBind(share, home.inbox, access);
    using _ = { [Symbol.dispose]: () => unmount(home.inbox) };
    let sent = 0;
    const send = async (count: number): Promise<void> => {
      for (const end = sent + count; sent < end; sent += 1)
        await writeFile(join(share, `${sent}.png`), await squarePng(sent, { isFractured: sent % 5 === 0 }));
    };
    await using daemon = await home.start();

    await send(10);
    await answered(home, 10);
    unmount(home.inbox);
    await alarms.until(({ payload }) => payload.includes('"subject"'));
    await send(10);
    const whileAway = await countAnswered(home);
    mountBind(share, home.inbox, access);
    await alarms.until(
      ({ payload }) => payload === '' && alarms.received.some((message) => message.payload !== ''),
    );
    await answered(home, 20);
    await send(10);
    await answered(home, 30);

    expect(whileAway).toBe(10);
    using store = home.openStore();
    const files = store.images.list().map(({ file, status }) => `${file} ${status}`);
    expect(files.toSorted()).toEqual(
      Array.from({ length: 30 }, (_, n) => `${join(home.inbox, `${n}.png`)} done`).toSorted(),
    );
    expect(daemon.log.some((line) => line.includes('INBOX_EVENTS_LOST'))).toBe(false);
    expect(await daemon.stop()).toBe(0);
  });
}

async function answered(home: DaemonHome, count: number): Promise<void> {
  await waitUntil(
    `${count} results`,
    async () => ((await countAnswered(home)) === count ? true : undefined),
    30_000,
  );
}

function countAnswered(home: DaemonHome): Promise<number> {
  using store = home.openStore();
  return Promise.resolve(store.ledger.counts().done);
}

import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { mosquittoAvailable, startMosquitto } from '../support/mosquitto.ts';
import { aDaemonHome } from '../support/running-daemon.ts';
import { squarePng } from '../support/squares.ts';
import { waitUntil } from '../support/wait-until.ts';

const IMAGES = 60;
const hasMosquitto = mosquittoAvailable('the daemon whose inference process dies');

it.runIf(hasMosquitto)(
  'the daemon analyses every image although its inference process is killed repeatedly',
  { timeout: 120_000 },
  async () => {
    await using broker = await startMosquitto();
    await using home = await aDaemonHome({ brokerUrl: broker.url });
    await using daemon = await home.start();
    const killed = new Set<number>();

    for (let number = 0; number < IMAGES; number += 1) {
      await writeFile(join(home.inbox, `${number}.png`), await squarePng(number, { isFractured: true }));
      if (number % 20 === 10) killed.add(await killInference(daemon.pid, killed));
    }
    using store = home.openStore();
    await waitUntil(
      'all images have a result',
      () => (store.ledger.counts().done === IMAGES ? true : undefined),
      60_000,
    );

    expect(killed.size).toBe(IMAGES / 20);
    expect(store.images.list().every(({ outcome }) => outcome === 'fracture-detected')).toBe(true);
    expect(await daemon.stop()).toBe(0);
  },
);

/** Kills a child of the daemon that runs the model, and waits for the next one if it was killed before. */
async function killInference(parent: number, before: ReadonlySet<number>): Promise<number> {
  const pid = await waitUntil('an inference process', async () => {
    for (const entry of await readdir('/proc')) {
      if (!/^\d+$/.test(entry) || before.has(Number(entry))) continue;
      const stat = await readFile(`/proc/${entry}/stat`, 'utf8').catch(() => '');
      const commandLine = await readFile(`/proc/${entry}/cmdline`, 'utf8').catch(() => '');
      const isChild = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1] === String(parent);
      if (isChild && commandLine.includes('inference-child')) return Number(entry);
    }
    return undefined;
  });
  process.kill(pid, 'SIGKILL');
  return pid;
}

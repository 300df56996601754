import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { mosquittoAvailable, startMosquitto } from '../support/mosquitto.ts';
import { runBonewatch } from '../support/run-bonewatch.ts';
import { aDaemonHome } from '../support/running-daemon.ts';
import { squarePng } from '../support/squares.ts';
import { toolAvailable } from '../support/tool-available.ts';
import { waitUntil } from '../support/wait-until.ts';

const SWAPPER = fileURLToPath(new URL('../support/swap-links.py', import.meta.url));
const ATTACK_MS = 12_000;
const GOOD = 20;
const title =
  'nothing outside an inbox is opened, hashed or listed while its entries are swapped with links, and images are analysed';

it.runIf(mosquittoAvailable(title) && toolAvailable('python3', title))(
  title,
  { timeout: 120_000 },
  async () => {
    await using broker = await startMosquitto();
    const inbox = { rescanSeconds: 1, canary: 'auto', settleMs: 500 };
    await using home = await aDaemonHome({ brokerUrl: broker.url, inbox });
    const outside = join(home.folder, 'outside');
    const secret = await squarePng(99, { isFractured: true });
    await mkdir(outside);
    for (const name of ['secret.png', 'only-outside.png']) await writeFile(join(outside, name), secret);
    await writeFile(join(outside, 'victim'), 'untouched');
    await writeFile(join(home.inbox, '.own'), await squarePng(1, { isFractured: false }));
    const readAt = await watchReads(join(outside, 'secret.png'));
    await using daemon = await home.start();

    const attacker = spawn('python3', [SWAPPER, home.inbox, outside], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let rounds = 0;
    attacker.stdout.on('data', (line) => (rounds = Number.parseInt(String(line), 10)));
    try {
      for (let index = 0; index < GOOD; index += 1) {
        await writeFile(
          join(home.inbox, `.good-${index}`),
          await squarePng(index + 2, { isFractured: false }),
        );
        await rename(join(home.inbox, `.good-${index}`), join(home.inbox, `good-${index}.png`));
        await delay(ATTACK_MS / GOOD);
      }
      await waitUntil('the good images are analysed', () => {
        using store = home.openStore();
        const done = store.images
          .list()
          .filter(({ file, status }) => file.includes('good-') && status === 'done');
        return done.length === GOOD || undefined;
      });
    } finally {
      attacker.kill('SIGKILL');
    }

    const listed = await runBonewatch(['images', 'list', '--json', '--config', home.configFile]);
    const sha256 = createHash('sha256').update(secret).digest('hex');
    expect(rounds).toBeGreaterThan(1000);
    expect(listed.stdout).not.toContain(sha256);
    expect(listed.stdout).not.toContain('only-outside');
    expect(await readAt()).toBeNull();
    expect(await readFile(join(outside, 'victim'), 'utf8')).toBe('untouched');
    const text = await runBonewatch(['images', 'list', '--config', home.configFile]);
    for (const name of ['always.png', 'pipe.png', 'socket.png'])
      expect(text.stdout).toMatch(new RegExp(`failed +FILE_NOT_REGULAR .*/${name}$`, 'm'));
    expect(await daemon.stop()).toBe(0);
  },
);

/** Gives when the file was read since, and null if it was not; the filesystem must record reads. */
async function watchReads(file: string): Promise<() => Promise<Date | null>> {
  const old = new Date(1e12);
  const control = `${file}.control`;
  for (const path of [file, control]) {
    if (path === control) await writeFile(control, 'read');
    await utimes(path, old, new Date());
  }
  await readFile(control);
  expect((await stat(control)).atimeMs).toBeGreaterThan(old.getTime());
  return async () => {
    const { atime } = await stat(file);
    return atime.getTime() === old.getTime() ? null : atime;
  };
}

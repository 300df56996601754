import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, openSync, readSync, writeSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { freePort, mosquittoAvailable, startMosquitto } from '../support/mosquitto.ts';
import { aDaemonHome } from '../support/running-daemon.ts';
import { squarePng } from '../support/squares.ts';
import { waitUntil } from '../support/wait-until.ts';

const LAUNCHER = fileURLToPath(new URL('../../bin/bonewatch.js', import.meta.url));
const IMAGES = 40;
const title =
  'a daemon whose log is not read serves, analyses every image and stops, and logs it all when it is read';

it.runIf(mosquittoAvailable(title))(title, { timeout: 120_000 }, async () => {
  await using broker = await startMosquitto();
  const health = `127.0.0.1:${await freePort()}`;
  await using home = await aDaemonHome({ brokerUrl: broker.url, config: { health: { listen: health } } });
  const { reader, writer } = fullPipe(join(home.folder, 'log'));
  const daemon = spawn(process.execPath, [LAUNCHER, 'run', '--config', home.configFile], {
    stdio: ['ignore', 'ignore', writer],
  });
  closeSync(writer);
  const exited = once(daemon, 'exit');

  await waitUntil('it is ready', () => isOk(`http://${health}/ready`), 60_000);
  for (let index = 0; index < IMAGES; index += 1)
    await writeFile(
      join(home.inbox, `${index}.png`),
      await squarePng(index, { isFractured: index % 4 === 0 }),
    );
  const slowestMs = await waitUntil(
    'every image has a result',
    async () => {
      const startedAt = performance.now();
      if (!(await isOk(`http://${health}/health`))) return undefined;
      const answerMs = performance.now() - startedAt;
      using store = home.openStore();
      const images = store.images.list();
      return images.filter(({ status }) => status === 'done').length === IMAGES ? answerMs : undefined;
    },
    60_000,
  );
  const text = await drain(reader, '"image answered"', IMAGES);
  daemon.kill('SIGTERM');
  const [status] = (await exited) as [number | null];
  closeSync(reader);

  expect(slowestMs).toBeLessThan(2000);
  expect(text.match(/"msg":"ready"/g)).toHaveLength(1);
  expect(status).toBe(0);
});

/** A pipe that holds as much as it can, with a descriptor to read it and one that waits when it is written. */
function fullPipe(path: string): { reader: number; writer: number } {
  execFileSync('mkfifo', [path]);
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const filler = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
  try {
    for (;;) writeSync(filler, '.');
  } catch {
    closeSync(filler);
  }
  return { reader, writer: openSync(path, constants.O_WRONLY) };
}

async function drain(reader: number, what: string, times: number): Promise<string> {
  const chunk = Buffer.alloc(65_536);
  let text = '';
  return waitUntil('the log is read', () => {
    try {
      text += chunk.toString('utf8', 0, readSync(reader, chunk));
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) throw error;
    }
    return text.split(what).length > times ? text : undefined;
  });
}

async function isOk(url: string): Promise<true | undefined> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(2000) }).catch(() => null);
  return answer?.ok === true ? true : undefined;
}

import { rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { mosquittoAvailable, startMosquitto } from '../support/mosquitto.ts';
import { aDaemonHome } from '../support/running-daemon.ts';
import { squarePng } from '../support/squares.ts';
import { compileStandIn } from '../support/stand-in-library.ts';
import { waitUntil } from '../support/wait-until.ts';

const hasMosquitto = mosquittoAvailable('a restart whose model takes long to load');

it.runIf(hasMosquitto)(
  'after a restart stored pictures are served and arrivals recorded while the engine of the only model is being built',
  { timeout: 120_000 },
  async () => {
    const standIn = compileStandIn();
    const engines = join(dirname(standIn.path), 'engines');
    const [screens, health] = [await freePort(), await freePort()];
    await using broker = await startMosquitto();
    await using home = await aDaemonHome({
      brokerUrl: broker.url,
      config: {
        models: onTensorrtAlone(standIn.path, engines),
        screens: { listen: `127.0.0.1:${screens}` },
        health: { listen: `127.0.0.1:${health}` },
      },
    });
    const url = `http://127.0.0.1:${screens}`;
    const daemon = await home.start();
    await writeFile(join(home.inbox, '1.png'), await squarePng(1, { isFractured: true }));
    using store = home.openStore();
    const doneCount = (count: number): true | undefined => store.ledger.counts().done >= count || undefined;
    await waitUntil('the first image is stored', () => doneCount(1), 30_000);
    expect(await daemon.stop()).toBe(0);
    await rm(engines, { recursive: true });
    standIn.behave('hang-build-tensorrt');

    const restarted = home.launch();
    const picture = await firstResponse(`${url}/api/images/1/picture/full`);

    expect(picture.status).toBe(200);
    expect((await picture.arrayBuffer()).byteLength).toBeGreaterThan(100);
    expect(restarted.log.join('\n')).not.toContain('"msg":"ready"');

    await writeFile(join(home.inbox, '2.png'), await squarePng(2, { isFractured: true }));
    await waitUntil('the second image waits', () => store.ledger.counts().ready === 1 || undefined, 30_000);
    expect((await fetch(`http://127.0.0.1:${health}/ready`)).status).toBe(503);
    const facts = (await (await fetch(`${url}/api/console`)).json()) as { thresholds: unknown };
    expect(facts.thresholds).toMatchObject({ definite: expect.any(Number) as number });

    const headers = await ownPageHeaders(url);
    const trial = await fetch(`${url}/api/try`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/octet-stream' },
      body: new Uint8Array(await squarePng(3, { isFractured: false })),
    });
    const rerun = await fetch(`${url}/api/images/1/rerun`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'tiny-model' }),
    });
    for (const refused of [trial, rerun]) {
      expect([refused.status, await refused.json()]).toEqual([503, { error: 'NOT_READY' }]);
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    }
    await waitUntil(
      'the refusals are logged',
      () => restarted.log.filter((line) => line.includes('"code":"NOT_READY"')).length === 2 || undefined,
    );

    standIn.behave();

    await using ready = await restarted.ready;
    await waitUntil('the second image is analysed', () => doneCount(2), 30_000);
    expect((await fetch(`${ready.healthUrl}/ready`)).status).toBe(200);
  },
);

function onTensorrtAlone(runtimeLibrary: string, directory: string) {
  return {
    directory: join(import.meta.dirname, '../fixtures'),
    active: ['tiny-model'],
    executionProviders: ['tensorrt'],
    degradedAllowed: false,
    runtimeLibrary,
    deadlineMs: 3000,
    engines: { directory },
  };
}

/** The first response of the address, with any status, as soon as something listens there. */
function firstResponse(url: string): Promise<Response> {
  return waitUntil('the screens port answers', () => fetch(url).catch(() => undefined), 30_000);
}

/** The headers that a page of this server sends with every change. */
async function ownPageHeaders(url: string): Promise<Record<string, string>> {
  const me = (await (await fetch(`${url}/api/me`)).json()) as { readonly csrfToken: string };
  return { 'x-csrf-token': me.csrfToken };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return address.port;
}

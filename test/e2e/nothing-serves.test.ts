import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import { expect, it } from 'vitest';
import { mosquittoAvailable, startMosquitto } from '../support/mosquitto.ts';
import { aDaemonHome } from '../support/running-daemon.ts';
import { squarePng } from '../support/squares.ts';
import { compileStandIn } from '../support/stand-in-library.ts';
import { waitUntil } from '../support/wait-until.ts';

const hasMosquitto = mosquittoAvailable('the daemon on an accelerator, played by a stand-in library');

it.runIf(hasMosquitto)(
  'the wards see that analysis has stopped when the only accelerator fails, and it resumes once that is back',
  { timeout: 120_000 },
  async () => {
    const standIn = compileStandIn();
    await using broker = await startMosquitto();
    await using home = await aDaemonHome({
      brokerUrl: broker.url,
      config: { models: onAccelerator(standIn.path, ['cuda']) },
    });
    await using device = await listen(broker.url);
    await using daemon = await home.start();
    standIn.behave('abort-run-cuda', 'throw-load-cuda');

    await writeFile(join(home.inbox, '1.png'), await squarePng(1, { isFractured: true }));

    await device.until('the alarm is raised', (retained) => retained.alarm !== '');
    expect(JSON.parse(device.retained.alarm)).toMatchObject({ code: 'ANALYSIS_STOPPED', subject: 'cuda' });
    await device.until('the wards are notified', (retained) => retained.info.includes('ANALYSIS_STOPPED'));
    expect((await fetch(`${daemon.healthUrl}/ready`)).status).toBe(503);

    standIn.behave();

    await device.until('the alarm has ended', (retained) => retained.alarm === '');
    await waitUntil('the service is ready again', async () =>
      (await fetch(`${daemon.healthUrl}/ready`)).ok ? true : undefined,
    );
    await writeFile(join(home.inbox, '2.png'), await squarePng(2, { isFractured: true }));
    using store = home.openStore();
    await waitUntil(
      'the next image has a result',
      () => (store.ledger.counts().done > 0 ? true : undefined),
      30_000,
    );
  },
);

it.runIf(hasMosquitto)(
  'the device publishes since when an engine is being built, until the engine serves',
  { timeout: 120_000 },
  async () => {
    const standIn = compileStandIn();
    standIn.behave('hang-build-tensorrt');
    await using broker = await startMosquitto();
    await using home = await aDaemonHome({
      brokerUrl: broker.url,
      config: { models: onAccelerator(standIn.path, ['tensorrt', 'cpu'], 'engines') },
    });
    await using device = await listen(broker.url);
    await using daemon = await home.start();

    await device.until('the build is published', (retained) =>
      /"engineBuild":\{"since":"2/.test(retained.info),
    );
    expect(JSON.parse(device.retained.info)).toMatchObject({
      executionProvider: 'cpu',
      engineBuild: { usualSeconds: null },
      degraded: ['EXECUTION_PROVIDER_UNAVAILABLE'],
    });
    const state = (await (await fetch(`${daemon.screensUrl}/api/system`)).json()) as object;
    expect(state).toMatchObject({ analysis: { provider: 'cpu', build: { usualMs: null } } });

    standIn.behave();

    await device.until('TensorRT serves', (retained) =>
      retained.info.includes('"executionProvider":"tensorrt"'),
    );
    expect(JSON.parse(device.retained.info)).toMatchObject({ engineBuild: null, degraded: [] });
  },
);

function onAccelerator(runtimeLibrary: string, executionProviders: readonly string[], engines?: string) {
  return {
    directory: join(import.meta.dirname, '../fixtures'),
    active: ['tiny-model'],
    ...{ executionProviders, runtimeLibrary, deadlineMs: 3000 },
    degradedAllowed: executionProviders.length > 1,
    ...(engines === undefined ? {} : { engines: { directory: join(runtimeLibrary, '..', engines) } }),
  };
}

/** The retained info and alarm of the device, as a ward display receives them. */
async function listen(url: string) {
  const client = await connectAsync(url);
  const retained = { info: '', alarm: '' };
  client.on('message', (topic, payload) => {
    if (topic.endsWith('/info')) retained.info = payload.toString();
    if (topic.endsWith('/technical/ANALYSIS_STOPPED')) retained.alarm = payload.toString();
  });
  await client.subscribeAsync('bonewatch/v1/jeonju/+/#');
  return {
    retained,
    until: (what: string, matches: (now: typeof retained) => boolean) =>
      waitUntil(what, () => (matches(retained) ? true : undefined), 60_000),
    [Symbol.asyncDispose]: () => client.endAsync(),
  };
}

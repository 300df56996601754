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
  'says on the wards that nothing is analysed when the only accelerator fails, and analyses again once it is back',
  { timeout: 120_000 },
  async () => {
    const standIn = compileStandIn();
    await using broker = await startMosquitto();
    await using home = await aDaemonHome({
      brokerUrl: broker.url,
      config: { models: onAccelerator(standIn.path, ['cuda']) },
    });
    await using ear = await listen(broker.url);
    await using daemon = await home.start();
    standIn.behave('abort-run-cuda', 'throw-load-cuda');

    await writeFile(join(home.inbox, '1.png'), await squarePng(1, { isFractured: true }));

    await ear.until('the alarm is raised', (heard) => heard.alarm !== '');
    expect(JSON.parse(ear.heard.alarm)).toMatchObject({ code: 'ANALYSIS_STOPPED', subject: 'cuda' });
    await ear.until('the wards are told', (heard) => heard.info.includes('ANALYSIS_STOPPED'));
    expect((await fetch(`${daemon.healthUrl}/ready`)).status).toBe(503);

    standIn.behave();

    await ear.until('the alarm has ended', (heard) => heard.alarm === '');
    await waitUntil('the service is ready again', async () =>
      (await fetch(`${daemon.healthUrl}/ready`)).ok ? true : undefined,
    );
    await writeFile(join(home.inbox, '2.png'), await squarePng(2, { isFractured: true }));
    using store = home.openStore();
    await waitUntil(
      'the next image is answered',
      () => (store.ledger.counts().done > 0 ? true : undefined),
      30_000,
    );
  },
);

it.runIf(hasMosquitto)(
  'says how long an engine has been in the making, and ends that when it serves',
  { timeout: 120_000 },
  async () => {
    const standIn = compileStandIn();
    standIn.behave('hang-build-tensorrt');
    await using broker = await startMosquitto();
    await using home = await aDaemonHome({
      brokerUrl: broker.url,
      config: { models: onAccelerator(standIn.path, ['tensorrt', 'cpu'], 'engines') },
    });
    await using ear = await listen(broker.url);
    await using daemon = await home.start();

    await ear.until('the build is told', (heard) => /"engineBuild":\{"since":"2/.test(heard.info));
    expect(JSON.parse(ear.heard.info)).toMatchObject({
      executionProvider: 'cpu',
      engineBuild: { usualSeconds: null },
      degraded: ['EXECUTION_PROVIDER_UNAVAILABLE'],
    });
    const state = (await (await fetch(`${daemon.screensUrl}/api/system`)).json()) as object;
    expect(state).toMatchObject({ analysis: { provider: 'cpu', build: { usualMs: null } } });

    standIn.behave();

    await ear.until('TensorRT serves', (heard) => heard.info.includes('"executionProvider":"tensorrt"'));
    expect(JSON.parse(ear.heard.info)).toMatchObject({ engineBuild: null, degraded: [] });
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

/** The retained info and alarm of the device, as a ward's screen has them. */
async function listen(url: string) {
  const client = await connectAsync(url);
  const heard = { info: '', alarm: '' };
  client.on('message', (topic, payload) => {
    if (topic.endsWith('/info')) heard.info = payload.toString();
    if (topic.endsWith('/technical/ANALYSIS_STOPPED')) heard.alarm = payload.toString();
  });
  await client.subscribeAsync('bonewatch/v1/jeonju/+/#');
  return {
    heard,
    until: (what: string, isSo: (now: typeof heard) => boolean) =>
      waitUntil(what, () => (isSo(heard) ? true : undefined), 60_000),
    [Symbol.asyncDispose]: () => client.endAsync(),
  };
}

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { buildTopic } from '../../src/contract/topics.ts';
import { listen } from '../publish/listener.ts';
import { overwriteTree } from '../support/board-trees.ts';
import { mosquittoAvailable, startMosquitto } from '../support/mosquitto.ts';
import { mountAvailable } from '../support/mounts.ts';
import { aDaemonHome } from '../support/running-daemon.ts';
import { waitUntil } from '../support/wait-until.ts';

const title =
  'a hot board raises an alarm on the broker and on the health page, which is cleared automatically';
const canRun = mosquittoAvailable(title) && mountAvailable(title);

it.runIf(canRun)(title, { timeout: 120_000 }, async () => {
  const thermal = mkdtempSync(join(tmpdir(), 'thermal-'));
  using _ = { [Symbol.dispose]: () => rmSync(thermal, { recursive: true }) };
  overwriteTree(thermal, { 'thermal_zone0/type': 'tj-thermal\n', 'thermal_zone0/temp': '50000\n' });
  await using broker = await startMosquitto();
  const alarm = buildTopic({ kind: 'technical', site: 'jeonju', device: 'console-1', code: 'BOARD_HOT' });
  await using alarms = await listen(broker.url, alarm);
  await using home = await aDaemonHome({
    brokerUrl: broker.url,
    config: { health: { listen: '127.0.0.1:0', board: { holdSeconds: 1 } } },
    // Only the daemon sees our zones in place of this machine's.
    wrapper: [
      'unshare',
      '--mount',
      'sh',
      '-c',
      `mount --bind '${thermal}' /sys/class/thermal && exec "$@"`,
      'sh',
    ],
  });
  await using daemon = await home.start();

  overwriteTree(thermal, { 'thermal_zone0/temp': '96000\n' });

  const { payload } = await alarms.until((message) => message.payload !== '');
  expect(JSON.parse(payload)).toMatchObject({ code: 'BOARD_HOT', subject: 'tj' });
  expect(await alarmsOf(daemon.healthUrl)).toEqual({ state: 'degraded', message: 'BOARD_HOT.' });
  overwriteTree(thermal, { 'thermal_zone0/temp': '60000\n' });
  await waitUntil(
    'the alarm is cleared',
    () => (alarms.received.at(-1)?.payload === '' ? true : undefined),
    30_000,
  );
  expect(await alarmsOf(daemon.healthUrl)).toMatchObject({ state: 'ok' });
  expect(await daemon.stop()).toBe(0);
});

async function alarmsOf(healthUrl: string): Promise<unknown> {
  const { checks } = (await (await fetch(`${healthUrl}/health`)).json()) as {
    checks: readonly { name: string; state: string; message: string }[];
  };
  const { state, message } = checks.find(({ name }) => name === 'alarms') ?? {};
  return { state, message };
}

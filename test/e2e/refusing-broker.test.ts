import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { buildTopic, parseTopic } from '../../src/contract/topics.ts';
import { listen } from '../publish/listener.ts';
import { mosquittoAvailable, startMosquitto } from '../support/mosquitto.ts';
import { aDaemonHome } from '../support/running-daemon.ts';
import { squarePng } from '../support/squares.ts';
import { waitUntil } from '../support/wait-until.ts';

const canRun = mosquittoAvailable('the daemon and a broker that forbids a ward');
const ALARM = buildTopic({
  kind: 'technical',
  site: 'jeonju',
  device: 'console-1',
  code: 'BROKER_FORBIDDEN',
});
const config = { alerts: { escalation: { unwatchedSeconds: 0 } } };

it.runIf(canRun)(
  'an alert that the broker forbids is stored and raises an alarm, and is delivered once it is permitted',
  { timeout: 90_000 },
  async () => {
    const strict = await startMosquitto({
      acl: ['topic readwrite bonewatch/v1/jeonju/#', 'topic deny bonewatch/v1/jeonju/ward/w3/#'],
    });
    await using home = await aDaemonHome({ brokerUrl: strict.url, config });
    await using before = await listen(strict.url, 'bonewatch/v1/jeonju/console-1/#');
    await using daemon = await home.start();

    await writeFile(join(home.inbox, '1.png'), await squarePng(1, { isFractured: true }));
    const alarm = await before.until(({ topic, payload }) => topic === ALARM && payload !== '');
    const health = await (await fetch(`${daemon.healthUrl}/health`)).text();
    await strict.kill();
    await using kind = await startMosquitto({ port: strict.port });
    await using after = await listen(kind.url, 'bonewatch/v1/jeonju/#');
    await after.until(({ topic }) => parseTopic(topic)?.kind === 'alert');
    using store = home.openStore();
    await waitUntil('the alarm is cleared', () =>
      store.audit.latest(20).find(({ kind: what }) => what === 'broker-trouble'),
    );

    expect(JSON.parse(alarm.payload)).toMatchObject({
      code: 'BROKER_FORBIDDEN',
      subject: 'bonewatch/v1/jeonju/ward/w3/alert/+',
    });
    expect(health).toContain('BROKER_FORBIDDEN');
    await waitUntil('everything is delivered', () => (store.outbox.pendingCount() === 0 ? true : undefined));
    expect(await daemon.stop()).toBe(0);
  },
);

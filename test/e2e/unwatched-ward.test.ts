import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import type { Alert } from '../../src/contract/alert.ts';
import { buildTopic } from '../../src/contract/topics.ts';
import { listen, type Listener } from '../publish/listener.ts';
import { mosquittoAvailable, startMosquitto } from '../support/mosquitto.ts';
import { aDaemonHome } from '../support/running-daemon.ts';
import { squarePng } from '../support/squares.ts';
import { waitUntil } from '../support/wait-until.ts';

const LAUNCHER = fileURLToPath(new URL('../../bin/bonewatch.js', import.meta.url));
const canRun = mosquittoAvailable('the daemon and a ward without a display');
const ALARM = buildTopic({
  kind: 'technical',
  site: 'jeonju',
  device: 'console-1',
  code: 'WARD_NOT_WATCHED',
});
const config = { alerts: { escalation: { wards: ['hip'], unwatchedSeconds: 2 } } };

it.runIf(canRun)(
  'an alert on a ward without a display is escalated and raises an alarm until a display connects, and shows why it was withdrawn',
  { timeout: 90_000 },
  async () => {
    await using broker = await startMosquitto();
    await using home = await aDaemonHome({ brokerUrl: broker.url, config });
    await using hospital = await listen(broker.url, 'bonewatch/v1/jeonju/#');
    await using daemon = await home.start();

    await writeFile(join(home.inbox, '1.png'), await squarePng(1, { isFractured: true }));
    const alarm = await hospital.until(({ topic, payload }) => topic === ALARM && payload !== '');
    const escalated = await hospital.until(
      ({ topic, payload }) => topic.includes('/ward/hip/alert/') && payload !== '',
    );
    expect(JSON.parse(alarm.payload)).toMatchObject({ code: 'WARD_NOT_WATCHED', subject: 'w3' });
    const { id } = JSON.parse(escalated.payload) as Alert;
    expect(JSON.parse(escalated.payload)).toMatchObject({
      state: 'escalated',
      place: { ward: 'w3' },
      wards: ['w3', 'hip'],
      escalation: { reason: 'not-watched' },
    });

    await using corridor = await aDisplay(broker.url, 'corridor', ['w3', 'hip']);
    await waitUntil('the alarm is cleared', () => (isCleared(hospital) ? true : undefined), 15_000);
    expect(corridor.received.length).toBeGreaterThan(0);

    const args = ['alerts', 'withdraw', id, '--by', 'Dr Han', '--reason', 'old-fracture'];
    const { stdout } = await promisify(execFile)(process.execPath, [
      ...[LAUNCHER, ...args],
      ...['--config', home.configFile],
    ]);
    const trace = await hospital.until(({ topic, payload }) => {
      const isAlert =
        topic === buildTopic({ kind: 'alert', site: 'jeonju', ward: 'hip', alertId: id }) && payload !== '';
      return isAlert && (JSON.parse(payload) as Alert).state === 'closed';
    });
    expect(stdout).toContain('withdrawn by Dr Han');
    expect(JSON.parse(trace.payload)).toMatchObject({ withdrawn: { by: 'Dr Han', reason: 'old-fracture' } });

    using store = home.openStore();
    const kinds = store.audit.latest(100).map(({ kind }) => kind);
    for (const kind of ['alert-raised', 'alert-delivered', 'alert-escalated', 'alert-withdrawn'])
      expect(kinds).toContain(kind);
    expect(store.audit.verify().brokenAt).toBeNull();
    expect(await daemon.stop()).toBe(0);
  },
);

/** A display that announces its wards, and confirms every alert that it receives. */
async function aDisplay(url: string, name: string, wards: readonly string[]): Promise<Listener> {
  const own = { site: 'jeonju', display: name };
  const display = await listen(
    url,
    buildTopic({ kind: 'alert', site: 'jeonju', ward: '+', alertId: '+' }),
    {},
    (message, publish) => {
      if (message.payload === '') return;
      const { id, rev } = JSON.parse(message.payload) as Alert;
      publish(buildTopic({ kind: 'receipt', ...own }), JSON.stringify({ alert: id, rev }));
    },
  );
  const presence = { state: 'online', wards, session: 's', ts: new Date().toISOString() };
  await display.publish(buildTopic({ kind: 'display-availability', ...own }), JSON.stringify(presence), true);
  return display;
}

function isCleared(hospital: Listener): boolean {
  return hospital.received.findLast(({ topic }) => topic === ALARM)?.payload === '';
}

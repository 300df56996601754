import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Alert } from '../../src/contract/alert.ts';
import { buildTopic, parseTopic } from '../../src/contract/topics.ts';
import { listen, type ReceivedMessage } from '../publish/listener.ts';
import { cookieOf, send } from '../support/screens-fixture.ts';
import { mosquittoAvailable, startMosquitto } from '../support/mosquitto.ts';
import { runBonewatch } from '../support/run-bonewatch.ts';
import { aDaemonHome, type DaemonHome } from '../support/running-daemon.ts';
import { factsOf010 as facts, retainedOf010, writeStoreOf010 } from '../support/store-of-0.1.0.ts';
import { waitUntil } from '../support/wait-until.ts';

const hasMosquitto = mosquittoAvailable('the upgrade from 0.1.0');
const DEVICE = { site: 'jeonju', device: 'console-1' };
const technical = (code: string, device = DEVICE.device): string =>
  buildTopic({ kind: 'technical', site: DEVICE.site, device, code });

/** Every technical alarm that release 0.1.0 could leave retained at a broker. */
const CODES_OF_010 = [
  ...['INBOX_UNREACHABLE', 'INBOX_EVENTS_LOST', 'STORE_FAILED', 'STORE_REPLACED', 'DISK_LOW', 'DISK_FULL'],
  ...['BOARD_HOT', 'BOARD_SLOWED', 'BOARD_OVER_CURRENT', 'MEMORY_LOW', 'ANALYSIS_STOPPED'],
  ...['EXECUTION_PROVIDER_UNAVAILABLE', 'BROKER_UNREACHABLE', 'BROKER_UNTRUSTED', 'BROKER_SESSION_TAKEN'],
  ...[
    'BROKER_LOGIN_REFUSED',
    'BROKER_FORBIDDEN',
    'BROKER_QUOTA',
    'BROKER_MESSAGE_TOO_LARGE',
    'BROKER_REFUSED',
  ],
  'WARD_NOT_WATCHED',
];

/** The settings of the hospital, so that nothing in the fixture is ever too old. */
const config = {
  wards: [
    { id: 'w3', name: '3병동' },
    { id: 'hip', name: '정형외과', match: { bodyParts: ['hip', 'pelvis'] } },
    { id: 'er', name: '응급실', match: { stations: ['none'] } },
  ],
  alerts: {
    escalation: { afterMinutes: 0, unwatchedSeconds: 0, wards: ['er'] },
    closeAfterMinutes: 100 * 365 * 24 * 60,
  },
};
const FOR_EVER = { fractureDays: 36_500, noFractureDays: 36_500, otherDays: 36_500 };

async function aHomeOf010(brokerUrl: string): Promise<DaemonHome> {
  const home = await aDaemonHome({ brokerUrl, config, retention: FOR_EVER });
  writeStoreOf010(join(home.folder, 'store', 'bonewatch.db'));
  return home;
}

function isDelivered(home: DaemonHome): true | undefined {
  using store = home.openStore();
  return store.outbox.pendingCount() === 0 ? true : undefined;
}

/** The retained messages that a client receives when it connects now: topic → payload. */
async function retainedAt(brokerUrl: string): Promise<ReadonlyMap<string, string>> {
  await using reader = await listen(brokerUrl, 'bonewatch/#');
  await reader.publish('bonewatch/end', 'of the retained messages');
  await reader.until(({ topic }) => topic === 'bonewatch/end');
  return new Map(
    reader.received.filter(({ isRetained }) => isRetained).map(({ topic, payload }) => [topic, payload]),
  );
}

function digest({ topic, payload }: ReceivedMessage): string {
  return digestOf({ topic, sha256: createHash('sha256').update(payload).digest('hex') });
}

function digestOf({ topic, sha256 }: { readonly topic: string; readonly sha256: string }): string {
  return `${topic} ${sha256}`;
}

it.runIf(hasMosquitto)(
  'a daemon that starts on a database of release 0.1.0 delivers what was pending, in order, and clears what is stale',
  { timeout: 120_000 },
  async () => {
    await using broker = await startMosquitto();
    await using home = await aHomeOf010(broker.url);
    await using hospital = await listen(broker.url, 'bonewatch/#');
    const alarm = retainedOf010[technical('WARD_NOT_WATCHED')] ?? '';
    for (const code of CODES_OF_010)
      await hospital.publish(technical(code), alarm.replace('WARD_NOT_WATCHED', code), true);
    await hospital.publish(technical('DISK_LOW', 'console-2'), alarm, true);
    for (const [topic, payload] of Object.entries(retainedOf010))
      await hospital.publish(topic, payload, true);
    const before = hospital.received.length;

    await using daemon = await home.start();
    await waitUntil('everything is delivered', () => isDelivered(home));

    const digests = hospital.received.slice(before).map(digest);
    for (const [, messages] of Map.groupBy(facts.pending, ({ orderKey }) => orderKey)) {
      const expected = messages.map(digestOf);
      // A second copy is from the comparison with the broker, which repeats the present state.
      expect([...new Set(digests.filter((line) => expected.includes(line)))]).toEqual(expected);
    }
    const isEvent = ({ topic }: { readonly topic: string }): boolean => parseTopic(topic)?.kind === 'event';
    const events = hospital.received.slice(before).filter(isEvent).map(digest);
    expect(events.toSorted()).toEqual(facts.pending.filter(isEvent).map(digestOf).toSorted());

    const retained = await retainedAt(broker.url);
    expect(shownAt(retained)).toEqual(shownInStore(home));
    expect([...retained.keys()].filter((topic) => parseTopic(topic)?.kind === 'technical')).toEqual([
      technical('DISK_LOW', 'console-2'),
    ]);
    const availability = JSON.parse(retained.get(buildTopic({ kind: 'availability', ...DEVICE })) ?? '') as {
      readonly session: string;
    };
    expect(availability).toMatchObject({ schema: 'bonewatch.availability/1', state: 'online' });
    expect(retainedOf010[buildTopic({ kind: 'availability', ...DEVICE })]).not.toContain(
      availability.session,
    );
    expect(await daemon.stop()).toBe(0);
    expect(daemon.log.join('\n')).not.toContain('alert-adopted');
  },
);

it.runIf(hasMosquitto)(
  'after an upgrade from 0.1.0 people sign in as before, displays stay paired, and check, backup and audit pass',
  { timeout: 120_000 },
  async () => {
    await using broker = await startMosquitto();
    await using home = await aHomeOf010(broker.url);
    await using daemon = await home.start();
    const copy = join(home.folder, 'copy.db');
    const status = async (path: string, cookie = ''): Promise<number> =>
      (await fetch(daemon.screensUrl + path, { headers: { cookie }, redirect: 'manual' })).status;

    expect(await status('/api/ward/w3')).toBe(401);
    expect(await status('/api/ward/w3', facts.cookies.wall)).toBe(200);
    expect(await status('/api/ward/er', facts.cookies.desk)).toBe(200);
    for (const { name } of facts.users) {
      const answer = await send(`${daemon.screensUrl}/api/sign-in`, { name, password: facts.password });
      expect(await status('/api/console', cookieOf(answer))).toBe(200);
    }
    for (const command of [
      ['db', 'check'],
      ['db', 'backup', copy],
      ['audit', 'verify'],
    ])
      expect(await runBonewatch([...command, '--config', home.configFile])).toMatchObject({ status: 0 });
    expect(await runBonewatch(['db', 'check', copy])).toMatchObject({ status: 0 });
    expect(await daemon.stop()).toBe(0);
  },
);

/** Ward, id and revision of each retained alert. */
function shownAt(retained: ReadonlyMap<string, string>): readonly string[] {
  return [...retained]
    .flatMap(([name, payload]) => {
      const topic = parseTopic(name);
      return topic?.kind === 'alert'
        ? `${topic.ward} ${topic.alertId} ${(JSON.parse(payload) as Alert).rev}`
        : [];
    })
    .toSorted();
}

function shownInStore(home: DaemonHome): readonly string[] {
  using store = home.openStore();
  return store.alerts
    .shown()
    .flatMap(({ id, rev, wards }) => wards.map((ward) => `${ward} ${id} ${rev}`))
    .toSorted();
}

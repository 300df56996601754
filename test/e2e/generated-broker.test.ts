import { writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { Alert } from '../../src/contract/alert.ts';
import { buildTopic } from '../../src/contract/topics.ts';
import { listen } from '../publish/listener.ts';
import { chromiumAvailable, startChromium, type Chromium } from '../support/chromium.ts';
import { passwordOf, startGeneratedBroker, type GeneratedBroker } from '../support/generated-broker.ts';
import { mosquittoAvailable } from '../support/mosquitto.ts';
import { runBonewatch } from '../support/run-bonewatch.ts';
import { aDaemonHome, type DaemonHome, type RunningDaemon } from '../support/running-daemon.ts';
import { squarePng } from '../support/squares.ts';
import { waitUntil } from '../support/wait-until.ts';

const NAME = 'the generated broker configuration, the bridge and a paired display';
const canRun = [chromiumAvailable(NAME), mosquittoAvailable(NAME)].every(Boolean);
const WARDS = [
  { id: 'w3', name: '3병동', staff: ['김서연 간호사', '이준호 간호사'] },
  { id: 'hip', name: '정형외과', match: { bodyParts: ['hip', 'pelvis'] } },
];
const DEVICE = { site: 'jeonju', device: 'console-1' };
const DAEMON = { username: 'bonewatch', password: passwordOf('bonewatch') };

/** A home whose daemon signs in at the generated broker; one user exists, so pages must sign in or be paired. */
async function aProtectedHome(broker: GeneratedBroker, more: object = {}): Promise<DaemonHome> {
  const { url, username, passwordFile } = { ...broker, username: 'bonewatch' };
  const config = {
    wards: WARDS,
    broker: { url, username, passwordFile, ...more },
    alerts: { escalation: { wards: ['hip'], unwatchedSeconds: 4 } },
  };
  const home = await aDaemonHome({ brokerUrl: broker.url, config });
  const secret = join(home.folder, 'secret');
  await writeFile(secret, 'a long enough secret\n');
  const user = ['user', 'add', 'Lee', '--role', 'radiographer', '--password-file', secret];
  expect(await runBonewatch([...user, '--config', home.configFile])).toMatchObject({ status: 0 });
  return home;
}

/** What `bonewatch doctor` finds about displays with a broker, with this in its section of the configuration. */
async function checkOfDisplays(
  { url, passwordFile }: GeneratedBroker,
  more: object = {},
): Promise<{ readonly name: string; readonly state: string; readonly message: string }> {
  const broker = { url, username: 'bonewatch', passwordFile, ...more };
  await using home = await aDaemonHome({ brokerUrl: url, config: { wards: WARDS, broker } });
  const { stdout, status } = await runBonewatch(['doctor', '--json', '--config', home.configFile]);
  const { checks } = JSON.parse(stdout) as { checks: Awaited<ReturnType<typeof checkOfDisplays>>[] };
  const found = checks.find(({ name }) => name === 'displays');
  if (found === undefined) throw new Error(stdout);
  if (found.state === 'failed') expect(status).toBe(1);
  return found;
}

/** A wall screen that was paired with the code on its page. */
async function aPairedDisplay(
  chromium: Chromium,
  { screensUrl }: RunningDaemon,
  { configFile }: DaemonHome,
): Promise<Page> {
  const page = await chromium.openPage(`${screensUrl}/ward/w3`);
  const code = ((await page.textContent('.code')) ?? '').replaceAll(' ', '');
  const pair = ['display', 'pair', code, '--ward', 'w3', '--name', 'wall', '--config', configFile];
  expect(await runBonewatch(pair)).toMatchObject({ status: 0, stderr: '' });
  await page.waitForSelector('.quiet');
  return page;
}

describe.runIf(canRun)(NAME, { timeout: 180_000 }, () => {
  for (const protocolVersion of [5, 4])
    it(`a paired display counts as watching its ward and confirms its alerts, with MQTT version ${protocolVersion}`, async () => {
      await using broker = await startGeneratedBroker({ wards: WARDS });
      await using home = await aProtectedHome(broker, { protocolVersion });
      await using daemon = await home.start();
      await using chromium = await startChromium();
      const page = await aPairedDisplay(chromium, daemon, home);

      await writeFile(join(home.inbox, 'scan.png'), await squarePng(1, { isFractured: true }));
      await page.waitForSelector('.arrival, .row');
      await using hospital = await listen(broker.url, 'bonewatch/v1/jeonju/#', DAEMON);
      const { payload } = await hospital.until(({ topic }) => topic.includes('/ward/w3/alert/'));
      const { id } = JSON.parse(payload) as Alert;
      using store = home.openStore();
      await waitUntil('the receipt of the display', () => store.receipts.count(id) || undefined);
      // Longer than `unwatchedSeconds`: by then an alert that no display confirmed is escalated.
      await new Promise((resolve) => setTimeout(resolve, 6_000));

      expect(store.alerts.get(id)).toMatchObject({ state: 'open', escalation: null, wards: ['w3'] });
      const alarm = buildTopic({ kind: 'technical', ...DEVICE, code: 'WARD_NOT_WATCHED' });
      expect(hospital.received.filter(({ topic }) => topic === alarm)).toEqual([]);
      const health = await fetch(`${daemon.healthUrl}/health`);
      expect(await health.text()).not.toContain('WARD_NOT_WATCHED');

      await page.click('.arrival .ack, .row .ack');
      await page.click('.name:has-text("이준호")');
      await page.waitForSelector('.row.done:has-text("이준호"), .seen:has-text("이준호")');
      const acknowledged = await waitUntil('the acknowledgement in the audit log', () =>
        store.audit.latest(20).find(({ kind }) => kind === 'alert-acknowledged'),
      );
      expect(acknowledged).toMatchObject({ actor: 'display wall', detail: { name: '이준호 간호사' } });
    });

  it('doctor publishes and reads back as a ward page, and names what the broker refuses', async () => {
    await using broker = await startGeneratedBroker({ wards: WARDS });
    // The permissions of release 0.1.0: the daemon's user only reads the topics of displays.
    const editAcl = (acl: string) => acl.replace(/readwrite (\S+\/display\/#)/, 'read $1');
    await using old = await startGeneratedBroker({ wards: WARDS, editAcl });
    const display = 'bonewatch/v1/jeonju/display/+';

    expect(await checkOfDisplays(broker)).toEqual({
      name: 'displays',
      state: 'ok',
      message: `Presence, receipts, commands and alerts of ward pages pass ${broker.url}.`,
    });
    for (const protocolVersion of [5, 4]) {
      const { state, message } = await checkOfDisplays(old, { protocolVersion });
      expect(state).toBe('failed');
      expect(message).toBe(
        `${old.url} does not deliver what ward pages send or receive: ${display}/availability, ${display}/received [BROKER_FORBIDDEN]. Grant the rights that \`bonewatch config mosquitto FILE --part acl\` prints.`,
      );
    }
    const { tlsUrl, websocketUrl, caFile } = broker;
    const own = await checkOfDisplays(broker, { url: tlsUrl, websocketUrl, tls: { ca: caFile } });
    expect(own.state).toBe('failed');
    expect(own.message).toMatch(/^As a ward page at wss:.*\[BROKER_LOGIN_REFUSED\]. Pages have no name/);
  });

  it('nothing without a password reaches the broker, and a page of this machine works without users', async () => {
    await using broker = await startGeneratedBroker({ wards: WARDS });
    const { url, passwordFile } = broker;
    const config = { wards: WARDS, broker: { url, username: 'bonewatch', passwordFile } };
    await using home = await aDaemonHome({ brokerUrl: url, config });
    await using daemon = await home.start();
    await using chromium = await startChromium();

    await expect(listen(url, '#')).rejects.toThrow('Not authorized');

    const page = await chromium.openPage(`${daemon.screensUrl}/ward/w3`);
    await page.waitForSelector('.quiet');
    await writeFile(join(home.inbox, 'scan.png'), await squarePng(1, { isFractured: true }));
    await page.click('.arrival .ack, .row .ack');
    await page.click('.name:has-text("이준호")');
    await page.waitForSelector('.row.done:has-text("이준호"), .seen:has-text("이준호")');
  });

  it('a ward account that closes an alert in an invented name gets a reason, and what it acknowledges is unverified', async () => {
    await using broker = await startGeneratedBroker({ wards: WARDS });
    await using home = await aProtectedHome(broker);
    await using daemon = await home.start();
    const ward = { username: 'ward-w3', password: passwordOf('ward-w3') };
    const alerts = buildTopic({ kind: 'alert', site: 'jeonju', ward: 'w3', alertId: '+' });
    await using account = await listen(broker.url, alerts, ward);

    await writeFile(join(home.inbox, 'scan.png'), await squarePng(1, { isFractured: true }));
    const { topic, payload } = await account.until(({ payload: text }) => text !== '');
    const { id } = JSON.parse(payload) as Alert;
    const command = { by: 'Dr Han', display: 'ward-3-corridor', sender: { kind: 'person', name: 'Dr Han' } };
    const send = (more: object) => account.publish(`${topic}/set`, JSON.stringify({ ...command, ...more }));
    const answered = (nonce: string) =>
      account.until(
        ({ payload: text }) => text !== '' && (JSON.parse(text) as Alert).rejected?.nonce === nonce,
      );

    await send({ action: 'withdraw', reason: 'no-fracture', nonce: 'n1', signature: 'x'.repeat(43) });
    const refused = JSON.parse((await answered('n1')).payload) as Alert;
    expect(refused).toMatchObject({ withdrawn: null, rejected: { reason: 'sign-in-required' } });
    await send({ action: 'acknowledge', nonce: 'n2' });
    await account.until(({ payload: text }) => text.includes('"state":"acknowledged"'));
    await send({ action: 'close', nonce: 'n3' });
    expect(JSON.parse((await answered('n3')).payload)).toMatchObject({
      state: 'acknowledged',
      acknowledgedBy: { name: 'Dr Han' },
      rejected: { reason: 'sign-in-required' },
    });

    using store = home.openStore();
    expect(store.alerts.get(id)).toMatchObject({ state: 'acknowledged', withdrawn: null });
    expect(store.audit.latest(20)).toContainEqual(
      expect.objectContaining({
        kind: 'alert-acknowledged',
        actor: 'ward w3 (unverified)',
        detail: expect.objectContaining({ name: 'Dr Han' }) as unknown,
      }),
    );
    expect(store.audit.latest(100).map(({ actor }) => actor)).not.toContain('Dr Han');
    const journal = daemon.log.filter((line) => line.includes('"msg":"command rejected"'));
    expect(journal.map((line) => JSON.parse(line) as object)).toMatchObject([
      { reason: 'sign-in-required', alert: id, action: 'withdraw' },
      { reason: 'sign-in-required', alert: id, action: 'close' },
    ]);
    const args = ['alerts', 'withdraw', id, '--by', 'Dr Han', '--reason', 'no-fracture'];
    expect(await runBonewatch([...args, '--config', home.configFile])).toMatchObject({ status: 0 });
    expect(store.audit.latest(3)).toContainEqual(
      expect.objectContaining({
        kind: 'alert-withdrawn',
        actor: `terminal (${userInfo().username})`,
        detail: expect.objectContaining({ name: 'Dr Han' }) as unknown,
      }),
    );
  });
});

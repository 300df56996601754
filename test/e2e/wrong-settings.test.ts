import { mkdirSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { SystemState } from '../../src/contract/api/system.ts';
import { openDatabase } from '../../src/store/database/database.ts';
import { runBonewatch } from '../support/run-bonewatch.ts';
import { aDaemonHome, type DaemonHome, type RunningDaemon } from '../support/running-daemon.ts';
import { squarePng } from '../support/squares.ts';
import { waitUntil } from '../support/wait-until.ts';

const EMBEDDED = { embedded: true };
const OPTIONS = { timeout: 90_000 };

it(
  'an inbox that is written with a slash at the end in one place only is the same inbox',
  OPTIONS,
  async () => {
    await using home = await aDaemonHome({ brokerUrl: 'mqtt://127.0.0.1:1' });
    await using routed = await aDaemonHome({
      brokerUrl: 'mqtt://127.0.0.1:1',
      config: {
        broker: EMBEDDED,
        inboxes: [{ path: `${home.inbox}/`, settleMs: 1000 }],
        wards: [
          { id: 'w3', name: '3병동' },
          { id: 'hip', name: '정형외과', match: { inboxes: [`${home.folder}//inbox`] } },
        ],
      },
    });
    await using daemon = await routed.start();

    await writeFile(join(home.inbox, '1.png'), await squarePng(1, { isFractured: true }));
    await results(routed, 1);

    using store = routed.openStore();
    expect(store.alerts.list(10).map(({ wards }) => wards)).toEqual([['hip']]);
    expect(await daemon.stop()).toBe(0);
  },
);

it('images are not read again when the slash at the end of their inbox is removed', OPTIONS, async () => {
  await using home = await aDaemonHome({ brokerUrl: 'mqtt://127.0.0.1:1', config: { broker: EMBEDDED } });
  await writeFile(join(home.inbox, '1.png'), await squarePng(1, { isFractured: false }));
  {
    await using daemon = await home.start();
    await results(home, 1);
    await daemon.stop();
  }
  renameRows(home, `${home.inbox}/`);

  await using daemon = await home.start();
  await writeFile(join(home.inbox, '2.png'), await squarePng(2, { isFractured: false }));
  await results(home, 2);

  using store = home.openStore();
  expect(store.images.list().map(({ file, status }) => [file, status])).toEqual([
    [join(home.inbox, '2.png'), 'done'],
    [join(home.inbox, '1.png'), 'done'],
  ]);
  expect(await daemon.stop()).toBe(0);
});

it.each([
  ['is missing', ['tensorrt', 'cuda', 'cpu'], null],
  ['is missing, on the CPU alone', ['cpu'], null],
  ['is another file', ['cuda', 'cpu'], 'no library'],
] as const)(
  'a runtime library that %s is an alarm, and the bundled runtime analyses the images',
  OPTIONS,
  async (_, executionProviders, content) => {
    await using home = await aDaemonHome({ brokerUrl: 'mqtt://127.0.0.1:1' });
    const runtimeLibrary = join(home.folder, 'libonnxruntime.so.1');
    if (content !== null) writeFileSync(runtimeLibrary, content);
    const models = {
      directory: join(import.meta.dirname, '../fixtures'),
      active: ['tiny-model'],
      runtimeLibrary,
      executionProviders,
      engines: { directory: join(home.folder, 'engines') },
    };
    await using degraded = await aDaemonHome({
      brokerUrl: 'mqtt://127.0.0.1:1',
      config: { broker: EMBEDDED, models },
    });

    await using daemon = await degraded.start();
    await writeFile(join(degraded.inbox, '1.png'), await squarePng(1, { isFractured: true }));
    await results(degraded, 1);

    const { analysis, alarms } = await systemOf(daemon);
    expect(analysis.provider).toBe('cpu');
    expect(alarms.map(({ code }) => code)).toContain('EXECUTION_PROVIDER_UNAVAILABLE');
    const line = daemon.log.find((one) => one.includes('EXECUTION_PROVIDER_UNAVAILABLE'));
    expect(line).toContain(`${runtimeLibrary} `);
  },
);

it('an inbox whose folder is missing is an alarm while the others are watched', OPTIONS, async () => {
  await using home = await aDaemonHome({ brokerUrl: 'mqtt://127.0.0.1:1' });
  const missing = join(home.folder, 'not-mounted');
  await using other = await aDaemonHome({
    brokerUrl: 'mqtt://127.0.0.1:1',
    config: {
      broker: EMBEDDED,
      inboxes: [
        { path: missing, settleMs: 1000 },
        { path: home.inbox, settleMs: 1000 },
      ],
    },
  });
  await using daemon = await other.start();
  await writeFile(join(home.inbox, '1.png'), await squarePng(1, { isFractured: true }));
  await results(other, 1);

  expect((await systemOf(daemon)).alarms.map(({ code }) => code)).toContain('INBOX_UNREACHABLE');

  mkdirSync(missing);
  await writeFile(join(missing, '2.png'), await squarePng(2, { isFractured: true }));
  await results(other, 2);
});

it(
  'a certificate or a password that cannot be read or used is an alarm with the cause, and images are analysed',
  OPTIONS,
  async () => {
    await using home = await aDaemonHome({ brokerUrl: 'mqtt://127.0.0.1:1' });
    const ca = join(home.folder, 'ca.crt');
    const passwordFile = join(home.folder, 'password');
    const cert = join(home.folder, 'cert.pem');
    writeFileSync(cert, 'no certificate');
    for (const [broker, code, path] of [
      [{ url: 'mqtts://127.0.0.1:1', tls: { ca } }, 'BROKER_UNTRUSTED', ca],
      [{ url: 'mqtts://127.0.0.1:1', tls: { cert, key: cert } }, 'BROKER_UNTRUSTED', 'broker.tls: '],
      [{ url: 'mqtt://127.0.0.1:1', username: 'a', passwordFile }, 'BROKER_LOGIN_REFUSED', passwordFile],
    ] as const) {
      await using started = await aDaemonHome({ brokerUrl: 'mqtt://127.0.0.1:1', config: { broker } });
      await using daemon = await started.start();
      await writeFile(join(started.inbox, '1.png'), await squarePng(1, { isFractured: true }));
      await results(started, 1);

      const alarm = await waitUntil('the alarm', async () =>
        (await systemOf(daemon)).alarms.find((one) => one.code === code),
      );
      expect(JSON.stringify(alarm)).toContain(path);
    }
  },
);

it('a folder as store.path is refused with what to write, exit status 78', OPTIONS, async () => {
  await using home = await aDaemonHome({ brokerUrl: 'mqtt://127.0.0.1:1' });
  mkdirSync(join(home.folder, 'store', 'bonewatch.db'), { recursive: true });

  const { status, stderr } = await runBonewatch(['run', '--config', home.configFile]);

  expect(status).toBe(78);
  expect(stderr).toContain(`store.path is a folder: ${join(home.folder, 'store', 'bonewatch.db')}.`);
  expect(stderr).not.toContain('free space');
});

it('a database that cannot be created is reported with its path and the reason', OPTIONS, async () => {
  await using home = await aDaemonHome({ brokerUrl: 'mqtt://127.0.0.1:1' });
  writeFileSync(join(home.folder, 'store'), 'a file in place of the folder');

  const { status, stderr } = await runBonewatch(['run', '--config', home.configFile]);

  expect(status).toBe(1);
  expect(stderr).toContain(join(home.folder, 'store', 'bonewatch.db'));
  expect(stderr).toContain('(EEXIST)');
});

/** As version 0.1.0 recorded an inbox that was written with a slash at the end. */
function renameRows({ folder }: DaemonHome, inbox: string): void {
  using database = openDatabase(join(folder, 'store', 'bonewatch.db'), {
    isReadOnly: false,
    busyTimeoutMs: 5000,
  });
  database.prepare<[string]>('UPDATE arrivals SET inbox = ?').run(inbox);
}

async function results(home: DaemonHome, count: number): Promise<void> {
  await waitUntil(
    `${count} results`,
    () => {
      using store = home.openStore();
      return store.ledger.counts().done === count ? true : undefined;
    },
    30_000,
  );
}

async function systemOf({ screensUrl }: RunningDaemon): Promise<SystemState> {
  return (await (await fetch(`${screensUrl}/api/system`)).json()) as SystemState;
}

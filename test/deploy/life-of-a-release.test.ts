import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  openPrivateRoot,
  privateRootAvailable,
  type Answer,
  type PrivateRoot,
} from '../support/private-root.ts';
import { linkRuntimePackages } from '../support/runtime-packages.ts';
import { compileStandIn } from '../support/stand-in-library.ts';
import { waitUntil } from '../support/wait-until.ts';

const checkout = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
const config = `
inboxes: [{ path: /srv/xray/export }]
wards: [{ id: ward-3, name: 3병동 }]
models: { executionProviders: [cpu] }
broker: { embedded: true }
`;

/** What keeps a release from ever getting ready, after it has changed the database as a newer schema would. */
const hangsAfterMigration = `
import Database from 'better-sqlite3';
export async function run() {
  const database = new Database('/var/lib/bonewatch/bonewatch.db');
  database.pragma('user_version = 999');
  database.close();
  await new Promise((resolve) => setTimeout(resolve, 3_600_000));
  return 0;
}
`;

let folder: string;
let base: string;
let root: PrivateRoot;

/** What npm installed for the product, hard-linked, and its sources; nothing that only other machines would open. */
function writeBase(): string {
  const base = join(folder, 'base');
  linkRuntimePackages(checkout, base);
  for (const part of [
    'bin',
    'dist',
    'docs',
    'models/fracture-default',
    'src',
    'deploy',
    'systemd',
    'LICENSE',
    'NOTICE',
    'package-lock.json',
  ])
    cpSync(join(checkout, part), join(base, part), { recursive: true });
  rmSync(join(base, 'dist/cli/cli.js'), { force: true });
  return base;
}

/** The product itself, of a version of our choosing. */
function writeRelease(version: string, changed: Readonly<Record<string, string>> = {}): string {
  const release = join(folder, `release-${version}`);
  execFileSync('cp', ['-rl', base, release]);
  const text = readFileSync(join(checkout, 'package.json'), 'utf8').replace(
    /"version": "[^"]+"/,
    `"version": "${version}"`,
  );
  const files = {
    'package.json': text,
    'node/bin/node': `#!/bin/sh\nexec '${process.execPath}' "$@"\n`,
    ...changed,
  };
  for (const [path, content] of Object.entries(files)) {
    const file = join(release, path);
    mkdirSync(dirname(file), { recursive: true });
    rmSync(file, { force: true });
    writeFileSync(file, content, { mode: path.endsWith('/node') ? 0o755 : 0o644 });
  }
  return release;
}

function script(name: string, ...options: string[]): Answer {
  return root.run(`/opt/bonewatch/current/deploy/jetson/${name} ${options.join(' ')}`);
}

function images(): readonly { file: string; outcome: string | null }[] {
  const { text } = root.run(
    'runuser -u bonewatch -- bonewatch images list --json --config /etc/bonewatch/bonewatch.yaml',
  );
  return JSON.parse(text) as { file: string; outcome: string | null }[];
}

/** A fractured phantom and its intact twin, as the console would export it; resolves when it is in the record. */
async function xray(seed: number): Promise<void> {
  root.run(
    `bonewatch phantom /srv/x --count 2 --first-seed ${seed} && rm /srv/x/*.json && mv /srv/x/* /srv/xray/export/`,
  );
  await waitUntil(
    `seed ${seed} is in the record`,
    () => {
      const found = images().filter(({ file, outcome }) => file.includes(`-${seed}-`) && outcome !== null);
      return found.length === 2 ? true : undefined;
    },
    60_000,
  );
}

/** An accelerator that stands in, of the tiny model, in the configuration until it is disposed. */
function plugInAccelerator() {
  const standIn = compileStandIn(undefined, folder);
  const models = `models: { directory: /srv/models, active: [tiny-model], executionProviders: [tensorrt, cpu], runtimeLibrary: ${standIn.path} }`;
  const file = '/etc/bonewatch/bonewatch.yaml';
  // The account of the service reads what it should do, and writes what it was asked.
  chmodSync(folder, 0o755);
  chmodSync(dirname(standIn.path), 0o777);
  root.run(`mkdir -p /srv/models && cp -r ${checkout}/test/fixtures/tiny-model /srv/models/`);
  root.run(`cp -p ${file} ${file}.kept && sed -i 's#^models:.*#${models}#' ${file}`);
  return {
    ...standIn,
    [Symbol.dispose]: () => void root.run(`mv ${file}.kept ${file}`),
  };
}

const currentVersion = (): string => root.run('readlink /opt/bonewatch/current').text.trim();
const ready = (): string =>
  root.run(
    `curl -s http://127.0.0.1:8471/ready || ${process.execPath} -e "fetch('http://127.0.0.1:8471/ready').then(async (a) => console.log(await a.text()))"`,
  ).text;

const tests = 'the life of a release on a machine';
describe.skipIf(!privateRootAvailable(tests))(tests, { timeout: 600_000 }, () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'life-'));
    base = writeBase();
    root = await openPrivateRoot(folder, [checkout, dirname(dirname(process.execPath)), folder]);
    root.run(
      `cp ${checkout}/test/support/systemctl-stand-in.sh /usr/local/bin/systemctl && mkdir -p /srv/xray/export && rm -rf /var/cache/bonewatch`,
    );
  }, 60_000);

  afterAll(async () => {
    await root[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  });

  it('is installed, started, and answers the first radiograph', async () => {
    root.run(`install -D -m 644 /dev/stdin /etc/bonewatch/bonewatch.yaml <<'YAML'${config}YAML`);

    const { status, text } = root.run(
      `${writeRelease('1.0.0')}/deploy/jetson/install.sh --from ${folder}/release-1.0.0`,
    );

    expect(text).toContain('copied: release 1.0.0');
    expect(status).toBe(0);
    root.run('systemctl start bonewatch.service');
    await xray(21);
    expect(root.run('stat -c %U:%a /var/lib/bonewatch').text).toBe('bonewatch:700\n');
  });

  it('is upgraded, and has forgotten nothing', async () => {
    const options = ['--from', writeRelease('1.1.0'), '--settle', '2'];

    const { status, text } = script('upgrade.sh', ...options);

    expect(text).toMatch(/engines: none is needed, no accelerator is configured[^]*ready: release 1\.1\.0/);
    expect(text).toContain('done: release 1.1.0 runs');
    expect(status).toBe(0);
    expect(currentVersion()).toBe('releases/1.1.0');
    await xray(22);
    expect(images()).toHaveLength(4);
    expect(script('upgrade.sh', ...options)).toMatchObject({
      status: 0,
      text: expect.stringContaining('unchanged: release 1.1.0 is the current one') as string,
    });
  });

  it('refuses a release that does not take the configuration, while the service goes on', () => {
    const process = root.run('cat /run/systemctl-stand-in/bonewatch.service.pid').text;
    const schema = readFileSync(join(checkout, 'src/config/schema.ts'), 'utf8').replace(
      /^  inboxes: z/m,
      '  inputs: z',
    );
    const release = writeRelease('1.2.0', { 'src/config/schema.ts': schema });

    const { status, text } = script('upgrade.sh', '--from', release);

    expect(text).toContain('Nothing was changed: release 1.1.0 goes on');
    expect(status).toBe(1);
    expect(root.run('cat /run/systemctl-stand-in/bonewatch.service.pid').text).toBe(process);
    expect(root.run('ls /opt/bonewatch/releases').text).toBe('1.0.0\n1.1.0\n');
  });

  it('refuses a release whose engines cannot be built on this board, or not in time, while the service goes on', async () => {
    const process = root.run('cat /run/systemctl-stand-in/bonewatch.service.pid').text;
    using accelerator = plugInAccelerator();
    const from = ['--from', writeRelease('1.2.5')];

    accelerator.behave('throw-build-tensorrt');
    const broken = script('upgrade.sh', ...from);
    accelerator.behave('hang-build-tensorrt');
    const late = script('upgrade.sh', ...from, '--warm-minutes', '0.2');
    const dry = script('upgrade.sh', ...from, '--dry-run');

    expect(broken.text).toMatch(/the accelerator does not serve[^]*goes on\n$/);
    expect(late.text).toMatch(
      /not there within 0\.2 minutes[^]*With --no-warm[^]*release 1\.1\.0 goes on\n$/,
    );
    expect([broken.status, late.status, dry.status]).toEqual([1, 1, 0]);
    expect(root.run('cat /run/systemctl-stand-in/bonewatch.service.pid').text).toBe(process);
    expect(root.run('ls /opt/bonewatch/releases').text).toBe('1.0.0\n1.1.0\n');
    await waitUntil('no process of a build is left behind', () =>
      root.run('pgrep -f releases/1.2.5').status === 1 ? true : undefined,
    );
  });

  it('has its engines built before the service needs them, once', () => {
    using accelerator = plugInAccelerator();
    accelerator.behave();

    const dry = script('warm-engines.sh', '--dry-run');
    const first = script('warm-engines.sh');
    const again = root.run(`${folder}/release-1.1.0/deploy/jetson/install.sh --from ${folder}/release-1.1.0`);

    expect(dry.text).toContain('would: build the engines of release 1.1.0');
    expect(first.text).toMatch(/tiny-model: ready on tensorrt after \d+ s\nengines: there and proven\n$/);
    expect(again.text).toMatch(/tiny-model: ready on tensorrt after \d+ s\nengines: there and proven\n/);
    expect(accelerator.recorded().filter((line) => line === 'engine written')).toHaveLength(1);
    expect(root.run('stat -c %U /var/cache/bonewatch/engines/*').text).toBe('bonewatch\n');
  });

  it('goes back by itself when the new release never gets ready, with the database as the old one left it', async () => {
    const release = writeRelease('1.3.0', { 'src/cli/commands/run/run.ts': hangsAfterMigration });

    const { status, text } = script('upgrade.sh', '--from', release, '--minutes', '0.25', '--settle', '2');

    expect(text).toContain('release 1.3.0 was not ready within 0.25 minutes');
    expect(text).toContain('takes its place');
    expect(text).toContain('release 1.1.0 runs again');
    expect(status).toBe(3);
    expect(currentVersion()).toBe('releases/1.1.0');
    expect(JSON.parse(ready())).toMatchObject({
      version: '1.1.0',
      state: expect.not.stringMatching('failed') as string,
    });
    await xray(23);
    expect(images()).toHaveLength(6);
  });

  it('goes back to the release before on demand, and keeps a database that this reads', () => {
    const dry = script('rollback.sh', '--dry-run');
    const { status, text } = script('rollback.sh', '--settle', '2');

    expect(dry).toMatchObject({
      status: 0,
      text: expect.stringContaining('would: stop release 1.1.0') as string,
    });
    expect(text).toContain('kept: the database');
    expect(status).toBe(0);
    expect(currentVersion()).toBe('releases/1.0.0');
    expect(images()).toHaveLength(6);
  });

  it('proves the copy of the record in the morning, and makes it where the night did not', () => {
    const check = 'runuser -u bonewatch -- /opt/bonewatch/current/deploy/jetson/check-backup.sh';

    expect(root.run(check).text).toMatch(/making one[^]*bonewatch\.db\.backup: sound\n$/);
    expect(root.run(check).text).toMatch(/^\S+bonewatch\.db\.backup: sound\n$/);
    root.run(
      'head -c 5000 /dev/zero | dd of=/var/lib/bonewatch/bonewatch.db.backup bs=1 seek=2000 conv=notrunc',
    );
    expect(root.run(check).status).toBe(1);
  });

  it('is removed without a trace but what the hospital owns, and takes that up when it is installed again', () => {
    const removed = script('uninstall.sh');

    expect(removed.status).toBe(0);
    expect(removed.text).toContain('kept: /var/lib/bonewatch');
    expect(
      root.run('ls /opt/bonewatch /etc/systemd/system/bonewatch* /usr/local/bin/bonewatch 2>/dev/null').text,
    ).toBe('');
    expect(
      root.run(`${folder}/release-1.1.0/deploy/jetson/install.sh --from ${folder}/release-1.1.0`).status,
    ).toBe(0);
    expect(images()).toHaveLength(6);
  });

  it('takes the record with it only when told twice', () => {
    expect(script('uninstall.sh', '--purge')).toMatchObject({ status: 2 });
    expect(root.run('test -e /var/lib/bonewatch/bonewatch.db').status).toBe(0);

    expect(script('uninstall.sh', '--purge', '--yes').status).toBe(0);
    expect(root.run('ls -d /var/lib/bonewatch /etc/bonewatch; id bonewatch').status).not.toBe(0);
  });
});

import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  openPrivateRoot,
  privateRootAvailable,
  type CommandOutput,
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

/** A run command that never becomes ready, after it has changed the database as a newer schema would. */
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

/** The runtime packages, hard-linked, and the sources, without files for other platforms. */
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

/** The product itself, with a chosen version. */
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

function script(name: string, ...options: string[]): CommandOutput {
  return root.run(`/opt/bonewatch/current/deploy/jetson/${name} ${options.join(' ')}`);
}

function images(): readonly { file: string; outcome: string | null }[] {
  const { text } = root.run(
    'runuser -u bonewatch -- bonewatch images list --json --config /etc/bonewatch/bonewatch.yaml',
  );
  return JSON.parse(text) as { file: string; outcome: string | null }[];
}

/** Exports a fractured phantom and its intact twin as the console would; resolves when their results are stored. */
async function xray(seed: number): Promise<void> {
  root.run(
    `bonewatch phantom /srv/x --count 2 --first-seed ${seed} && rm /srv/x/*.json && mv /srv/x/* /srv/xray/export/`,
  );
  await waitUntil(
    `seed ${seed} is analysed`,
    () => {
      const found = images().filter(({ file, outcome }) => file.includes(`-${seed}-`) && outcome !== null);
      return found.length === 2 ? true : undefined;
    },
    60_000,
  );
}

/** Puts a stand-in accelerator for the tiny model into the configuration, until it is disposed. */
function plugInAccelerator() {
  const standIn = compileStandIn(undefined, folder);
  const models = `models: { directory: /srv/models, active: [tiny-model], executionProviders: [tensorrt, cpu], runtimeLibrary: ${standIn.path} }`;
  const file = '/etc/bonewatch/bonewatch.yaml';
  // The account of the service reads how to behave from this folder, and writes its calls there.
  chmodSync(folder, 0o755);
  chmodSync(dirname(standIn.path), 0o777);
  root.run(`mkdir -p /srv/models && cp -r ${checkout}/test/fixtures/tiny-model /srv/models/`);
  root.run(`cp -p ${file} ${file}.before && sed -i 's#^models:.*#${models}#' ${file}`);
  return {
    ...standIn,
    [Symbol.dispose]: () => void root.run(`mv ${file}.before ${file}`),
  };
}

const currentVersion = (): string => root.run('readlink /opt/bonewatch/current').text.trim();
const ready = (): string =>
  root.run(
    `curl -s http://127.0.0.1:8471/ready || ${process.execPath} -e "fetch('http://127.0.0.1:8471/ready').then(async (a) => console.log(await a.text()))"`,
  ).text;

const tests = 'the lifecycle of an installed release';
describe.skipIf(!privateRootAvailable(tests))(tests, { timeout: 600_000 }, () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'lifecycle-'));
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

  it('a release is installed, started and analyses the first radiograph', async () => {
    root.run(`install -D -m 644 /dev/stdin /etc/bonewatch/bonewatch.yaml <<'YAML'${config}YAML`);

    const { status, text } = root.run(
      `${writeRelease('1.0.0')}/deploy/jetson/install.sh --unsigned --from ${folder}/release-1.0.0`,
    );

    expect(text).toContain('copied: release 1.0.0');
    expect(status).toBe(0);
    root.run('systemctl start bonewatch.service');
    await xray(21);
    expect(root.run('stat -c %U:%a /var/lib/bonewatch').text).toBe('bonewatch:700\n');
  });

  it('an upgrade loses no images, and upgrading again changes nothing', async () => {
    const options = ['--unsigned', '--from', writeRelease('1.1.0'), '--settle', '2'];

    const { status, text } = script('upgrade.sh', ...options);

    expect(text).toMatch(/engines: not needed, no accelerator is configured[^]*ready: release 1\.1\.0/);
    expect(text).toContain('done: release 1.1.0 is running');
    expect(status).toBe(0);
    expect(currentVersion()).toBe('releases/1.1.0');
    await xray(22);
    expect(images()).toHaveLength(4);
    expect(script('upgrade.sh', ...options)).toMatchObject({
      status: 0,
      text: expect.stringContaining('unchanged: release 1.1.0 is the current one') as string,
    });
  });

  it('upgrade.sh refuses a release that does not accept the configuration, and the service keeps running', () => {
    const process = root.run('cat /run/systemctl-stand-in/bonewatch.service.pid').text;
    const schema = readFileSync(join(checkout, 'src/config/schema.ts'), 'utf8').replace(
      /^  inboxes: z/m,
      '  inputs: z',
    );
    const release = writeRelease('1.2.0', { 'src/config/schema.ts': schema });

    const { status, text } = script('upgrade.sh', '--unsigned', '--from', release);

    expect(text).toMatch(
      /release 1\.2\.0 does not accept the configuration:[^]*Nothing was changed: release 1\.1\.0 keeps running/,
    );
    expect(status).toBe(1);
    expect(root.run('cat /run/systemctl-stand-in/bonewatch.service.pid').text).toBe(process);
    expect(root.run('ls /opt/bonewatch/releases').text).toBe('1.0.0\n1.1.0\n');
  });

  it('upgrade.sh refuses a release whose engines cannot be built on this board or in time, and the service keeps running', async () => {
    const process = root.run('cat /run/systemctl-stand-in/bonewatch.service.pid').text;
    using accelerator = plugInAccelerator();
    const from = ['--unsigned', '--from', writeRelease('1.2.5')];

    accelerator.behave('throw-build-tensorrt');
    const broken = script('upgrade.sh', ...from);
    accelerator.behave('hang-build-tensorrt');
    const late = script('upgrade.sh', ...from, '--warm-minutes', '0.2');
    const dry = script('upgrade.sh', ...from, '--dry-run');

    expect(broken.text).toMatch(/the accelerator cannot be used[^]*keeps running\n$/);
    expect(late.text).toMatch(
      /not ready within 0\.2 minutes[^]*With --no-warm[^]*release 1\.1\.0 keeps running\n$/,
    );
    expect([broken.status, late.status, dry.status]).toEqual([1, 1, 0]);
    expect(root.run('cat /run/systemctl-stand-in/bonewatch.service.pid').text).toBe(process);
    expect(root.run('ls /opt/bonewatch/releases').text).toBe('1.0.0\n1.1.0\n');
    await waitUntil('no process of a build is left', () =>
      root.run('pgrep -f releases/1.2.5').status === 1 ? true : undefined,
    );
  });

  it('warm-engines.sh builds the engines before the service needs them, once', () => {
    using accelerator = plugInAccelerator();
    accelerator.behave();

    const dry = script('warm-engines.sh', '--dry-run');
    const first = script('warm-engines.sh');
    const again = root.run(
      `${folder}/release-1.1.0/deploy/jetson/install.sh --unsigned --from ${folder}/release-1.1.0`,
    );

    expect(dry.text).toContain('would: build the engines of release 1.1.0');
    expect(first.text).toMatch(/tiny-model: ready on tensorrt after \d+ s\nengines: built and verified\n$/);
    expect(again.text).toMatch(/tiny-model: ready on tensorrt after \d+ s\nengines: built and verified\n/);
    expect(accelerator.recorded().filter((line) => line === 'engine written')).toHaveLength(1);
    expect(root.run('stat -c %U /var/cache/bonewatch/engines/*').text).toBe('bonewatch\n');
  });

  it('upgrade.sh restores the old release and its database when the new one never becomes ready', async () => {
    const release = writeRelease('1.3.0', { 'src/cli/commands/run/run.ts': hangsAfterMigration });

    const { status, text } = script(
      'upgrade.sh',
      '--unsigned',
      '--from',
      release,
      '--minutes',
      '0.25',
      '--settle',
      '2',
    );

    expect(text).toContain('release 1.3.0 was not ready within 0.25 minutes');
    expect(text).toContain('restoring the copy of');
    expect(text).toContain('release 1.1.0 is running again');
    expect(status).toBe(3);
    expect(currentVersion()).toBe('releases/1.1.0');
    expect(JSON.parse(ready())).toMatchObject({
      version: '1.1.0',
      state: expect.not.stringMatching('failed') as string,
    });
    await xray(23);
    expect(images()).toHaveLength(6);
  });

  it('rollback.sh returns to the previous release, and leaves a database that it can read unchanged', () => {
    const dry = script('rollback.sh', '--dry-run');
    const { status, text } = script('rollback.sh', '--settle', '2');

    expect(dry).toMatchObject({
      status: 0,
      text: expect.stringContaining('would: stop release 1.1.0') as string,
    });
    expect(text).toContain('unchanged: the database');
    expect(status).toBe(0);
    expect(currentVersion()).toBe('releases/1.0.0');
    expect(images()).toHaveLength(6);
  });

  it('check-backup.sh verifies the nightly backup, and creates it if the service did not', () => {
    const check = 'runuser -u bonewatch -- /opt/bonewatch/current/deploy/jetson/check-backup.sh';

    expect(root.run(check).text).toMatch(/creating one[^]*bonewatch\.db\.backup: sound\n$/);
    expect(root.run(check).text).toMatch(/^\S+bonewatch\.db\.backup: sound\n$/);
    root.run(
      'head -c 5000 /dev/zero | dd of=/var/lib/bonewatch/bonewatch.db.backup bs=1 seek=2000 conv=notrunc',
    );
    expect(root.run(check).status).toBe(1);
  });

  it('uninstall.sh leaves only what the hospital owns, and a new installation uses it', () => {
    const removed = script('uninstall.sh');

    expect(removed.status).toBe(0);
    expect(removed.text).toContain('not removed: /var/lib/bonewatch');
    expect(
      root.run('ls /opt/bonewatch /etc/systemd/system/bonewatch* /usr/local/bin/bonewatch 2>/dev/null').text,
    ).toBe('');
    expect(
      root.run(`${folder}/release-1.1.0/deploy/jetson/install.sh --unsigned --from ${folder}/release-1.1.0`)
        .status,
    ).toBe(0);
    expect(images()).toHaveLength(6);
  });

  it('uninstall.sh deletes the database only with both --purge and --yes', () => {
    expect(script('uninstall.sh', '--purge')).toMatchObject({ status: 2 });
    expect(root.run('test -e /var/lib/bonewatch/bonewatch.db').status).toBe(0);

    expect(script('uninstall.sh', '--purge', '--yes').status).toBe(0);
    expect(root.run('ls -d /var/lib/bonewatch /etc/bonewatch; id bonewatch').status).not.toBe(0);
  });
});

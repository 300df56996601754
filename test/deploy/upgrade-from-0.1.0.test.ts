import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
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
import { writeBundleOf010, writeBundleOfToday, writeSigningKey } from '../support/release-bundle.ts';
import { factsOf010, writeStoreOf010 } from '../support/store-of-0.1.0.ts';
import { waitUntil } from '../support/wait-until.ts';

const checkout = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
const { version: today } = JSON.parse(readFileSync(join(checkout, 'package.json'), 'utf8')) as {
  version: string;
};
const config = `
site: { id: jeonju }
inboxes: [{ path: ${factsOf010.inbox} }]
wards:
  - { id: w3, name: 3병동 }
  - { id: hip, name: 정형외과, match: { bodyParts: [hip, pelvis] } }
  - { id: er, name: 응급실, match: { stations: [none] } }
models: { executionProviders: [cpu] }
broker: { embedded: true }
alerts: { closedKeptMinutes: 60 }
store: { retention: { fractureDays: 36500, noFractureDays: 36500, otherDays: 36500 } }
`;

const CONFIG_FILE = '/etc/bonewatch/bonewatch.yaml';

/** A folder with both bundles, made by make-bundle.sh, and their release-key.pem; by default the test makes its own. */
const realBundles = process.env['BONEWATCH_BUNDLES'];

interface Image {
  readonly file: string;
  readonly outcome: string | null;
}

let folder: string;
let root: PrivateRoot;
let bundles: { readonly of010: string; readonly ofToday: string; readonly key: string };

async function writeBundles(): Promise<typeof bundles> {
  if (realBundles !== undefined) {
    const named = (version: string): string => join(realBundles, `bonewatch-${version}-linux-x64.tar.zst`);
    return { of010: named('0.1.0'), ofToday: named(today), key: join(realBundles, 'release-key.pem') };
  }
  const key = writeSigningKey(folder);
  return {
    of010: await writeBundleOf010(folder, key),
    ofToday: await writeBundleOfToday(folder, key),
    key: key.open,
  };
}

function script(name: string, ...options: string[]): CommandOutput {
  return root.run(`/opt/bonewatch/current/deploy/jetson/${name} ${options.join(' ')}`);
}

/** What a list command of the current release prints, as JSON. */
function list(what: 'images' | 'alerts' | 'user'): unknown {
  const command = `bonewatch ${what} list --json --config ${CONFIG_FILE}`;
  const { text } = root.run(`runuser -u bonewatch -- ${command}`);
  return JSON.parse(text);
}

const users = (): readonly string[] => (list('user') as { name: string }[]).map(({ name }) => name);
const alertIds = (): readonly string[] => (list('alerts') as { id: string }[]).map(({ id }) => id);
const images = (): readonly Image[] => list('images') as Image[];
const files = (): readonly string[] => images().map(({ file }) => file);
const imagesOf = (seed: number): readonly Image[] =>
  images().filter(({ file }) => file.includes(`-${seed}-`));

/** The pair of radiographs of a seed has its results. */
async function isAnalysed(seed: number): Promise<void> {
  await waitUntil(
    `seed ${seed} is analysed`,
    () => {
      const found = imagesOf(seed).filter(({ outcome }) => outcome !== null);
      return found.length === 2 ? true : undefined;
    },
    60_000,
  );
}

/** Exports a fractured phantom and its intact twin as the console would, and waits for their results. */
async function xray(seed: number): Promise<void> {
  root.run(
    `bonewatch phantom /srv/x --count 2 --first-seed ${seed} && rm /srv/x/*.json && mv /srv/x/* ${factsOf010.inbox}/`,
  );
  await isAnalysed(seed);
}

/** Which version the health page names, once it is ready. */
async function readyVersion(): Promise<string> {
  const script = `fetch('http://127.0.0.1:8471/ready').then(async (a) => console.log(JSON.stringify({ isReady: a.ok, ...(await a.json()) })))`;
  return waitUntil(
    'the service is ready',
    () => {
      const { status, text } = root.run(`${process.execPath} -e "${script}"`);
      const answer = status === 0 ? (JSON.parse(text) as { isReady: boolean; version: string }) : undefined;
      return answer?.isReady === true ? answer.version : undefined;
    },
    60_000,
  );
}

const schemaOf = (file: string): string =>
  root.run(
    `cd /opt/bonewatch/current && node/bin/node -p "new (require('better-sqlite3'))('${file}', { readonly: true }).pragma('user_version', { simple: true })"`,
  ).text;

const tests = 'an upgrade from release 0.1.0 and its rollback';
describe.skipIf(!privateRootAvailable(tests))(tests, { timeout: 120_000 }, () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'upgrade-'));
    bundles = await writeBundles();
    const shown = [checkout, dirname(dirname(process.execPath)), folder, dirname(bundles.of010)];
    root = await openPrivateRoot(folder, [...new Set(shown)]);
    root.run(
      `cp ${checkout}/test/support/systemctl-stand-in.sh /usr/local/bin/systemctl && mkdir -p ${factsOf010.inbox} && rm -rf /var/cache/bonewatch`,
    );
  }, 120_000);

  afterAll(async () => {
    await root[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  });

  it('release 0.1.0 runs, installed from its bundle, on the database that it left', async () => {
    root.run(`install -D -m 644 /dev/stdin ${CONFIG_FILE} <<'YAML'${config}YAML`);
    root.run(`mkdir /srv/stick && tar -xf ${bundles.of010} -C /srv/stick --strip-components=1`);

    const installed = root.run(
      `/srv/stick/deploy/jetson/install.sh --from ${bundles.of010} --trust ${bundles.key}`,
    );

    expect(installed.text).toContain('copied: release 0.1.0');
    expect(installed.status).toBe(0);
    writeStoreOf010(join(folder, 'left.db'));
    root.run(
      `install -o bonewatch -g bonewatch -m 600 ${folder}/left.db /var/lib/bonewatch/bonewatch.db && systemctl start bonewatch.service`,
    );
    expect(await readyVersion()).toBe('0.1.0');
    await xray(31);
    expect(users()).toEqual(factsOf010.users.map(({ name }) => name).toSorted());
  });

  it('a key that was renamed since 0.1.0 stops the upgrade with its new name, and 0.1.0 keeps running', async () => {
    const { status, text } = script('upgrade.sh', '--from', bundles.ofToday);

    expect(text).toContain('alerts.closedKeptMinutes: Renamed in 0.2.0: use alerts.closeAfterMinutes.');
    expect(text).toContain('remove the key first and add the new one afterwards');
    expect(text).toContain('Nothing was changed');
    expect(status).toBe(1);
    expect(await readyVersion()).toBe('0.1.0');
    root.run(`sed -i /^alerts:/d ${CONFIG_FILE}`);
  });

  it('the installed upgrade.sh of 0.1.0 puts the release of today in place, and nothing is lost', async () => {
    const before = { files: files(), alerts: alertIds(), users: users() };

    const { status, text } = script('upgrade.sh', '--from', bundles.ofToday, '--settle', '2');

    expect(text).toContain(`done: release ${today} runs`);
    expect(status).toBe(0);
    expect(await readyVersion()).toBe(today);
    expect(files()).toEqual(before.files);
    expect(before.files.length).toBeGreaterThan(factsOf010.rows['arrivals'] ?? Infinity);
    expect(alertIds()).toEqual(before.alerts);
    expect(before.alerts).toEqual(expect.arrayContaining(factsOf010.alerts.map(({ id }) => id)));
    expect(users()).toEqual(before.users);
    await xray(32);
  });

  it('rollback.sh refuses while the configuration has a key that 0.1.0 rejects, and the service keeps running', async () => {
    root.run(`echo 'alerts: { closeAfterMinutes: 60 }' >>${CONFIG_FILE}`);

    const { status, text } = script('rollback.sh');

    expect(text).toMatch(/release 0\.1\.0 does not accept the configuration:[^]*closeAfterMinutes/);
    expect(status).toBe(1);
    expect(await readyVersion()).toBe(today);
    root.run(`sed -i /^alerts:/d ${CONFIG_FILE}`);
  });

  it('rollback.sh returns to 0.1.0 with its own copy of the database, and stores the newer one aside', async () => {
    const { status, text } = script('rollback.sh', '--settle', '2');

    expect(text).toContain(`release 0.1.0 cannot read the database of release ${today}`);
    expect(text).toContain('done: release 0.1.0 is running');
    expect(status).toBe(0);
    expect(await readyVersion()).toBe('0.1.0');
    expect(schemaOf('/var/lib/bonewatch/bonewatch.db')).toBe(`${factsOf010.schemaVersion}\n`);
    const aside = root.run('ls /var/lib/bonewatch/*before-restore*').text.trim().split('\n');
    expect(Number(schemaOf(aside[0] ?? ''))).toBeGreaterThan(factsOf010.schemaVersion);
    expect(users()).toEqual(factsOf010.users.map(({ name }) => name).toSorted());
  });

  it('images that came after the upgrade are analysed again by 0.1.0', async () => {
    await isAnalysed(32);

    expect(imagesOf(31)).toHaveLength(2);
    expect(alertIds()).toEqual(expect.arrayContaining(factsOf010.alerts.map(({ id }) => id)));
  });
});

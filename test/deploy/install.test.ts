import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFileSync, cpSync, existsSync, globSync, lstatSync, mkdirSync, mkdtempSync } from 'node:fs';
import { readFileSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toolAvailable } from '../support/tool-available.ts';

const checkout = fileURLToPath(new URL('../..', import.meta.url));
const script = join(checkout, 'deploy/jetson/install.sh');

const SCRIPTS = ['install', 'upgrade', 'rollback', 'uninstall', 'verify'].map(
  (name) => `deploy/jetson/${name}.sh`,
);

let folder: string;
let release: string;
let root: string;

/** A release as small as the script accepts: the real units and scripts, and a program that prints its version. */
function writeRelease(version: string): void {
  const lock = { packages: { '': {}, 'node_modules/runtime': {}, 'node_modules/tester': { dev: true } } };
  const files: Record<string, string> = {
    'package.json': `{\n  "name": "bonewatch",\n  "version": "${version}",\n  "type": "commonjs"\n}\n`,
    'package-lock.json': JSON.stringify(lock),
    'bin/bonewatch.js': `console.log('bonewatch ${version}', process.argv.slice(2).join(' '));`,
    'node/bin/node': `#!/bin/sh\nexec '${process.execPath}' "$@"\n`,
    'node_modules/runtime/index.js': '1',
    'node_modules/tester/index.js': '2',
    'node_modules/onnxruntime-node/bin/napi-v6/win32/x64/onnxruntime.dll': '3',
    'models/m/model.json': '{}',
    'dist/pages/ward.html': 'ward',
    'dist/cli/cli.js': 'cli',
    'src/cli/cli.ts': 'source',
    'test/a.test.ts': 'test',
    'training/train.py': 'training',
    '.git/HEAD': 'ref',
  };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(release, path)), { recursive: true });
    writeFileSync(join(release, path), text, { mode: path === 'node/bin/node' ? 0o755 : 0o644 });
  }
  for (const part of ['deploy', 'systemd', 'docs', 'LICENSE', 'NOTICE']) {
    cpSync(join(checkout, part), join(release, part), { recursive: true });
  }
}

interface Key {
  readonly secret: string;
  readonly open: string;
}

function writeKey(name: string): Key {
  const key = { secret: join(folder, `${name}.secret`), open: join(folder, `${name}.pem`) };
  execFileSync('openssl', ['genpkey', '-algorithm', 'ed25519', '-out', key.secret]);
  execFileSync('openssl', ['pkey', '-in', key.secret, '-pubout', '-out', key.open]);
  return key;
}

/** The release as a signed tar file, as make-bundle.sh names and signs it. */
function writeBundle(version: string, { secret }: Key): string {
  release = join(folder, 'release');
  writeRelease(version);
  const name = `bonewatch-${version}-linux-x64`;
  execFileSync('tar', ['-C', folder, '-cf', join(folder, `${name}.tar`), 'release']);
  const sums = execFileSync('sha256sum', [`${name}.tar`], { cwd: folder });
  writeFileSync(join(folder, `${name}.sha256`), sums);
  const files = ['-in', `${name}.sha256`, '-out', `${name}.sha256.sig`];
  execFileSync('openssl', ['pkeyutl', '-sign', '-inkey', secret, '-rawin', ...files], { cwd: folder });
  return join(folder, `${name}.tar`);
}

/** Folders are not signed unless a test signs them. */
function install(...more: string[]) {
  return installSigned(...(lstatSync(release).isDirectory() ? ['--unsigned'] : []), ...more);
}

function installSigned(...more: string[]) {
  return spawnSync(script, ['--from', release, '--root', root, ...more], { encoding: 'utf8' });
}

/** Writes and signs the checksums of the folder, as make-bundle.sh does. */
function signFolder({ secret }: Key): void {
  const arch = process.arch === 'x64' ? 'x64' : 'arm64';
  writeFileSync(join(release, 'bundle.json'), `${JSON.stringify({ arch }, null, 2)}\n`);
  const sums = 'find . -type f ! -name "SHA256SUMS*" -print0 | sort -z | xargs -0 sha256sum >SHA256SUMS';
  execFileSync('bash', ['-c', sums], { cwd: release });
  const files = ['-in', 'SHA256SUMS', '-out', 'SHA256SUMS.sig'];
  execFileSync('openssl', ['pkeyutl', '-sign', '-inkey', secret, '-rawin', ...files], { cwd: release });
}

/** The bundle of another program under the same name, and a sha256sum that puts it on the stick after each check. */
function swapAfterCheck(bundle: string): NodeJS.ProcessEnv {
  const evil = join(folder, 'evil');
  cpSync(join(folder, 'release'), evil, { recursive: true });
  writeFileSync(join(evil, 'bin/bonewatch.js'), 'console.log("evil");');
  const tar = join(folder, 'evil.tar');
  execFileSync('tar', ['-C', folder, '-cf', tar, '--transform', 's/^evil/release/', 'evil']);
  const tools = join(folder, 'tools');
  mkdirSync(tools);
  const real = execFileSync('/bin/sh', ['-c', 'command -v sha256sum'], { encoding: 'utf8' }).trim();
  const text = `#!/bin/sh\n${real} "$@"\nstatus=$?\ncp '${tar}' '${bundle}'\nexit $status\n`;
  writeFileSync(join(tools, 'sha256sum'), text, { mode: 0o755 });
  return { ...process.env, PATH: `${tools}:${process.env['PATH'] ?? ''}` };
}

/** Every path under the root with its mode and content. */
function listing(): readonly string[] {
  return globSync('**', { cwd: root })
    .map((path) => {
      const full = join(root, path);
      const { mode } = lstatSync(full);
      const what = lstatSync(full).isSymbolicLink()
        ? readlinkSync(full)
        : lstatSync(full).isFile()
          ? createHash('sha256').update(readFileSync(full)).digest('hex')
          : 'folder';
      return `${path} ${mode.toString(8)} ${what}`;
    })
    .toSorted();
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'install-'));
  release = join(folder, 'release');
  root = join(folder, 'root');
  writeRelease('1.0.0');
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe('install.sh', () => {
  it('install.sh installs a release that starts with its own Node, with unit, configuration and data folder', () => {
    const { status, stdout } = install();

    expect(stdout).toContain('copied: release 1.0.0');
    expect(status).toBe(0);
    expect(readlinkSync(join(root, 'opt/bonewatch/current'))).toBe('releases/1.0.0');
    const answer = execFileSync(join(root, 'opt/bonewatch/current/bin/bonewatch'), ['run'], {
      encoding: 'utf8',
    });
    expect(answer).toBe('bonewatch 1.0.0 run\n');
    expect(existsSync(join(root, 'etc/systemd/system/bonewatch.service'))).toBe(true);
    expect(lstatSync(join(root, 'etc/bonewatch/bonewatch.yaml')).mode & 0o777).toBe(0o640);
    expect(lstatSync(join(root, 'var/lib/bonewatch')).mode & 0o777).toBe(0o700);
  });

  it('install.sh leaves out files that a running service never opens', () => {
    install();

    const installed = listing().join('\n');
    expect(installed).toContain('node_modules/runtime/index.js');
    expect(installed).not.toMatch(/a\.test\.ts|train\.py|\.git|tester|win32|src\/cli\.ts/);
  });

  it('install.sh changes nothing when it is run a second time', () => {
    install();
    const before = listing();

    const { status, stdout } = install();

    expect(status).toBe(0);
    expect(stdout).not.toMatch(/^(copied|write|make|link):/m);
    expect(listing()).toEqual(before);
  });

  it('install.sh changes nothing in a dry run, and prints what it would do', () => {
    const { status, stdout } = install('--dry-run');

    expect(status).toBe(0);
    expect(stdout).toContain('would: copy release 1.0.0');
    expect(existsSync(root)).toBe(false);
  });

  it('install.sh installs a newer release next to the old one and leaves configuration and data unchanged', () => {
    install();
    writeFileSync(join(root, 'etc/bonewatch/bonewatch.yaml'), 'ours');
    writeFileSync(join(root, 'var/lib/bonewatch/bonewatch.db'), 'record');
    writeRelease('1.1.0');

    install();

    expect(readlinkSync(join(root, 'opt/bonewatch/current'))).toBe('releases/1.1.0');
    expect(existsSync(join(root, 'opt/bonewatch/releases/1.0.0/bin/bonewatch'))).toBe(true);
    expect(readFileSync(join(root, 'etc/bonewatch/bonewatch.yaml'), 'utf8')).toBe('ours');
    expect(readFileSync(join(root, 'var/lib/bonewatch/bonewatch.db'), 'utf8')).toBe('record');
  });

  it('install.sh refuses other content under an installed version, and changes nothing', () => {
    install();
    const before = listing();
    writeFileSync(join(release, 'models/m/model.json'), '{"other":true}');

    const { status, stderr } = install();

    expect(status).toBe(1);
    expect(stderr).toContain('release 1.0.0 is installed with other content');
    expect(listing()).toEqual(before);
  });

  it('install.sh installs from a tar file, and under another prefix, which the unit then names', () => {
    execFileSync('tar', ['-C', folder, '-czf', join(folder, 'release.tar.gz'), 'release']);
    release = join(folder, 'release.tar.gz');

    const { status } = install('--prefix', '/srv/bonewatch', '--unsigned');

    expect(status).toBe(0);
    const unit = readFileSync(join(root, 'etc/systemd/system/bonewatch.service'), 'utf8');
    expect(unit).toContain('ExecStart=/srv/bonewatch/current/bin/bonewatch run');
    expect(existsSync(join(root, 'srv/bonewatch/current/dist/cli/cli.js'))).toBe(true);
  });

  it('install.sh accepts only bundles signed with the key of the first installation', () => {
    const mine = writeKey('mine');
    const other = writeKey('other');
    release = writeBundle('1.0.0', mine);
    expect(install().stderr).toContain('the key that signed the bundle is needed');
    expect(install('--trust', other.open).stderr).toContain('was not signed with the trusted key');
    expect(existsSync(root)).toBe(false);

    expect(install('--trust', mine.open)).toMatchObject({ status: 0 });

    expect(install()).toMatchObject({ status: 0 });
    release = writeBundle('1.1.0', other);
    expect(install().stderr).toContain('was not signed with the trusted key');
    expect(install('--trust', other.open).stderr).toContain('is not the key that this device trusts');
    expect(readlinkSync(join(root, 'opt/bonewatch/current'))).toBe('releases/1.0.0');
  });

  it('install.sh refuses a bundle that was changed or truncated after it was signed', () => {
    const key = writeKey('mine');
    release = writeBundle('1.0.0', key);
    const bytes = readFileSync(release);
    writeFileSync(release, bytes.subarray(0, bytes.length - 1024));

    const { status, stderr } = install('--trust', key.open);

    expect([status, existsSync(root)]).toEqual([1, false]);
    expect(stderr).toContain('copy it again');
  });

  it('install.sh installs what it checked, even if the stick holds another bundle a moment later', () => {
    const key = writeKey('mine');
    release = writeBundle('1.0.0', key);
    const env = swapAfterCheck(release);

    const args = ['--from', release, '--root', root, '--trust', key.open];
    const { status, stdout } = spawnSync(script, args, { encoding: 'utf8', env });

    expect(stdout).toContain('checked: checksum of the bundle');
    expect(status).toBe(0);
    expect(readFileSync(join(folder, 'evil.tar'))).toEqual(readFileSync(release));
    const program = join(root, 'opt/bonewatch/current/bin/bonewatch.js');
    expect(readFileSync(program, 'utf8')).toContain('bonewatch 1.0.0');
  });

  it('install.sh refuses a folder without a signature, and changes nothing', () => {
    const key = writeKey('mine');

    const { status, stderr } = installSigned('--trust', key.open);

    expect(status).toBe(1);
    expect(stderr).toContain(
      `SHA256SUMS is missing in ${release}: the folder is not signed (--unsigned accepts it)`,
    );
    expect(existsSync(root)).toBe(false);
  });

  it('install.sh installs an unpacked bundle whose signed checksums name every file', () => {
    const key = writeKey('mine');
    signFolder(key);

    expect(installSigned('--trust', key.open)).toMatchObject({ status: 0 });

    expect(readlinkSync(join(root, 'opt/bonewatch/current'))).toBe('releases/1.0.0');
    expect(existsSync(join(release, 'bin/bonewatch.js'))).toBe(true);
  });

  it.each([
    [
      'a changed file',
      () => writeFileSync(join(release, 'bin/bonewatch.js'), 'evil'),
      'does not match its SHA256SUMS',
    ],
    ['an added file', () => writeFileSync(join(release, 'node_modules/evil.js'), ''), 'contains other files'],
    [
      'an added link',
      () => symlinkSync('/etc', join(release, 'node_modules/evil')),
      'is neither a file nor a folder',
    ],
    [
      'changed checksums',
      () => appendFileSync(join(release, 'SHA256SUMS'), '\n'),
      'was not signed with the trusted key',
    ],
  ])('install.sh refuses an unpacked bundle with %s, and changes nothing', (_, change, reason) => {
    const key = writeKey('mine');
    signFolder(key);
    change();

    const { status, stderr } = installSigned('--trust', key.open);

    expect([status, existsSync(root)]).toEqual([1, false]);
    expect(stderr).toContain(reason);
  });

  it('install.sh refuses a bundle for another processor, and one with a changed file', () => {
    const arch = process.arch === 'x64' ? 'x64' : 'arm64';
    const bundle = { arch: arch === 'x64' ? 'arm64' : 'x64' };
    writeFileSync(join(release, 'bundle.json'), `${JSON.stringify(bundle, null, 2)}\n`);
    expect(install().stderr).toContain(`the bundle is for ${bundle.arch}, this machine is ${arch}`);

    writeFileSync(join(release, 'bundle.json'), `${JSON.stringify({ arch }, null, 2)}\n`);
    writeFileSync(join(release, 'SHA256SUMS'), `${'0'.repeat(64)}  ./package.json\n`);

    expect(install().stderr).toContain('a file of the bundle does not match its SHA256SUMS');
    expect(existsSync(root)).toBe(false);
  });

  it('install.sh --stage only copies a release next to the others', () => {
    install();
    writeRelease('1.1.0');

    expect(install('--stage')).toMatchObject({ status: 0 });

    expect(readlinkSync(join(root, 'opt/bonewatch/current'))).toBe('releases/1.0.0');
    expect(existsSync(join(root, 'opt/bonewatch/releases/1.1.0'))).toBe(true);
  });

  it('install.sh names the missing part of a folder that is not a release, and changes nothing', () => {
    rmSync(join(release, 'models'), { recursive: true });

    const { status, stderr } = install();

    expect([status, stderr]).toEqual([1, `install.sh: not a release: models is missing in ${release}\n`]);
    expect(existsSync(root)).toBe(false);
  });

  it('install.sh refuses a Node that is too old or does not run on this machine', () => {
    writeFileSync(join(release, 'node/bin/node'), '#!/bin/sh\necho v20.1.0\n', { mode: 0o755 });

    expect(install().stderr).toContain('Node 24 or newer is needed');
  });

  it('install.sh prints its usage, and exits with 2 for wrong use', () => {
    const help = install('--help');

    expect(help.status).toBe(0);
    expect(help.stdout).toContain('Usage: install.sh');
    expect(install('--frobnicate')).toMatchObject({ status: 2 });
  });
});

describe.skipIf(!toolAvailable('shellcheck', 'shellcheck of the scripts'))(
  'shellcheck of the scripts',
  () => {
    it('shellcheck finds no fault in any script', () => {
      const scripts = globSync('deploy/jetson/{*.sh,bonewatch}', { cwd: checkout }).map((path) =>
        join(checkout, path),
      );

      expect(spawnSync('shellcheck', ['-x', '-P', checkout, ...scripts], { encoding: 'utf8' })).toMatchObject(
        { status: 0, stdout: '' },
      );
    });
  },
);

describe('every script', () => {
  it.each(globSync('deploy/jetson/*-*.sh', { cwd: checkout }).concat(SCRIPTS))(
    'prints its usage and exits with 2 for an unknown option: %s',
    (path) => {
      const help = spawnSync(join(checkout, path), ['--help'], { encoding: 'utf8' });

      expect(help).toMatchObject({ status: 0, stderr: '' });
      expect(help.stdout).toContain(`Usage: ${path.replace(/^.*\//, '')}`);
      expect(help.stdout).toContain('--dry-run');
      expect(spawnSync(join(checkout, path), ['--frobnicate'])).toMatchObject({ status: 2 });
    },
  );
});

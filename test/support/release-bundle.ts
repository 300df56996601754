import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildPages } from './build-pages.ts';
import { linkRuntimePackages } from './runtime-packages.ts';

const CHECKOUT = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
const RELEASE_010 = join(CHECKOUT, 'test/fixtures/release-0.1.0.tar.gz');

export interface SigningKey {
  readonly secret: string;
  readonly open: string;
}

export function writeSigningKey(folder: string): SigningKey {
  const key = { secret: join(folder, 'secret-key.pem'), open: join(folder, 'release-key.pem') };
  execFileSync('openssl', ['genpkey', '-algorithm', 'ed25519', '-out', key.secret]);
  execFileSync('openssl', ['pkey', '-in', key.secret, '-pubout', '-out', key.open]);
  return key;
}

/**
 * Release 0.1.0 as a signed bundle: its own program, scripts and units; packages, model and pages of this checkout.
 * A package that this checkout no longer has, or has in an incompatible version, must be added to the fixture.
 */
export async function writeBundleOf010(folder: string, key: SigningKey): Promise<string> {
  const release = join(folder, 'bonewatch-0.1.0');
  mkdirSync(release);
  execFileSync('tar', ['-xzf', RELEASE_010, '-C', release]);
  await addSharedParts(release);
  return pack(release, key);
}

/** This checkout as a signed bundle, with the program compiled as make-bundle.sh compiles it. */
export async function writeBundleOfToday(folder: string, key: SigningKey): Promise<string> {
  const release = join(folder, 'bonewatch-today');
  mkdirSync(release);
  const compiler = join(CHECKOUT, 'node_modules/typescript-native/bin/tsc');
  const output = ['--outDir', join(release, 'dist'), '--sourceMap', 'false'];
  execFileSync(process.execPath, [compiler, '-p', join(CHECKOUT, 'tsconfig.build.json'), ...output]);
  for (const part of ['deploy', 'systemd', 'package.json', 'LICENSE', 'NOTICE', 'bin/bonewatch.js'])
    cpSync(join(CHECKOUT, part), join(release, part), { recursive: true });
  cpSync(join(CHECKOUT, 'deploy/jetson/bonewatch'), join(release, 'bin/bonewatch'));
  cpSync(join(CHECKOUT, 'docs/bonewatch.example.yaml'), join(release, 'docs/bonewatch.example.yaml'));
  addFileForInstallerOf010(release);
  await addSharedParts(release);
  return pack(release, key);
}

/** The line of make-bundle.sh that writes the file that the installer of 0.1.0 asks for. */
function addFileForInstallerOf010(release: string): void {
  const script = readFileSync(join(CHECKOUT, 'deploy/jetson/make-bundle.sh'), 'utf8');
  const line = /^.*>"\$stage\/dist\/cli\.js"$/m.exec(script)?.[0];
  if (line === undefined) throw new Error('make-bundle.sh writes no dist/cli.js, which 0.1.0 needs.');
  execFileSync('bash', ['-c', line], { env: { stage: release } });
}

async function addSharedParts(release: string): Promise<void> {
  await using pages = await buildPages();
  cpSync(pages.folder, join(release, 'dist/pages'), { recursive: true });
  cpSync(join(CHECKOUT, 'models/fracture-default'), join(release, 'models/fracture-default'), {
    recursive: true,
  });
  linkRuntimePackages(CHECKOUT, release);
  const node = join(release, 'node/bin/node');
  mkdirSync(dirname(node), { recursive: true });
  writeFileSync(node, `#!/bin/sh\nexec '${process.execPath}' "$@"\n`, { mode: 0o755 });
}

/** Describes, packs and signs the folder as make-bundle.sh does, but without the slow compression. */
function pack(release: string, { secret }: SigningKey): string {
  const arch = process.arch === 'arm64' ? 'arm64' : 'x64';
  const folder = dirname(release);
  const name = basename(release);
  writeFileSync(join(release, 'bundle.json'), `{\n  "arch": "${arch}"\n}\n`);
  const sums = 'find . -type f ! -name SHA256SUMS -print0 | sort -z | xargs -0 sha256sum >SHA256SUMS';
  execFileSync('bash', ['-c', sums], { cwd: release });
  execFileSync('tar', ['-cf', `${name}.tar`, name], { cwd: folder });
  writeFileSync(join(folder, `${name}.sha256`), execFileSync('sha256sum', [`${name}.tar`], { cwd: folder }));
  const files = ['-in', `${name}.sha256`, '-out', `${name}.sha256.sig`];
  execFileSync('openssl', ['pkeyutl', '-sign', '-inkey', secret, '-rawin', ...files], { cwd: folder });
  return join(folder, `${name}.tar`);
}

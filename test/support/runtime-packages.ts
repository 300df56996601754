import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';

interface Lock {
  readonly packages: Readonly<Record<string, { readonly dev?: boolean }>>;
}

/** Hard-links the runtime packages into a release folder, without files for other platforms. */
export function linkRuntimePackages(checkout: string, release: string): void {
  const { packages } = JSON.parse(readFileSync(join(checkout, 'package-lock.json'), 'utf8')) as Lock;
  for (const [path, entry] of Object.entries(packages)) {
    if (!/^node_modules\/(?:@[^/]+\/)?[^/]+$/.test(path) || entry.dev === true) continue;
    if (!existsSync(join(checkout, path))) continue;
    mkdirSync(dirname(join(release, path)), { recursive: true });
    execFileSync('cp', ['-rl', join(checkout, path), join(release, path)]);
  }
  const modules = join(release, 'node_modules');
  execFileSync('find', [modules, '-type', 'f', '-regex', String.raw`.*\.\(map\|d\.[cm]?ts\)`, '-delete']);
  for (const unused of [
    'better-sqlite3/deps',
    ...readdirSync(join(modules, 'onnxruntime-node/bin')).flatMap((api) => [
      `onnxruntime-node/bin/${api}/darwin`,
      `onnxruntime-node/bin/${api}/win32`,
    ]),
  ])
    rmSync(join(modules, unused), { recursive: true, force: true });
}

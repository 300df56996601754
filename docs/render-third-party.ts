import { code, pageHead, table } from './markdown.ts';

interface LockEntry {
  readonly version?: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly libc?: readonly string[];
}

/** As much of package-lock.json as is read here. */
export interface Lock {
  readonly packages: Readonly<Record<string, LockEntry>>;
}

/** Compiled into the pages, so they travel with the product although they are development packages. */
const IN_THE_PAGES = ['preact'];

/** Parts of packages for other platforms, without a platform of their own in the lock file. */
const NEVER_ON_LINUX = ['@img/sharp-wasm32', '@emnapi/runtime'];

/** Licences that may be passed on under Apache-2.0, whole or as one of the choices a package offers. */
const PERMISSIVE = [
  'MIT',
  'ISC',
  '0BSD',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'Zlib',
];
/** Allowed for one package: a library of its own file, loaded at run time and replaceable. */
const DYNAMICALLY_LINKED = /^@img\/sharp-libvips-/;

/**
 * The npm packages that travel with the product, with their licences, from the lock file.
 *
 * @throws Error if one has a licence that the product may not be passed on with.
 */
export function renderThirdParty(lock: Lock): string {
  const rows = shippedPackages(lock).map(({ name, version, license }) => {
    if (!isAllowed(name, license)) throw new Error(`${name} ${version} is ${license}: it may not be shipped`);
    return [name, version, license];
  });
  return [
    pageHead('Third-party packages', '`package-lock.json`'),
    'What is installed with Bonewatch on Linux, x64 and arm64. The texts of the licences are in the packages. None is',
    'under GPL or AGPL. One library is under the LGPL: **libvips** (LGPL-3.0-or-later), which `sharp` loads at run time',
    `as the separate shared library in ${code('node_modules/@img/sharp-libvips-linux-*/lib')}. It is passed on unchanged,`,
    'may be replaced by another build of the same version, and its source is at <https://github.com/libvips/libvips>;',
    'the libraries inside it and their licences are listed at <https://github.com/lovell/sharp-libvips>.\n',
    table(['package', 'version', 'licence'], rows),
  ].join('\n');
}

function shippedPackages(lock: Lock): readonly { name: string; version: string; license: string }[] {
  const shipped = new Map<string, { name: string; version: string; license: string }>();
  for (const [path, entry] of Object.entries(lock.packages)) {
    const name = path.replace(/^.*node_modules\//, '');
    if (path === '' || !isShipped(name, entry)) continue;
    const found = { name, version: entry.version ?? '', license: entry.license ?? 'unknown' };
    shipped.set(`${found.name} ${found.version}`, found);
  }
  return [...shipped.entries()].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, found]) => found);
}

function isShipped(name: string, entry: LockEntry): boolean {
  if (entry.dev) return IN_THE_PAGES.includes(name);
  if (NEVER_ON_LINUX.includes(name)) return false;
  const isForLinux = entry.os?.includes('linux') ?? true;
  const isForProcessor = entry.cpu?.some((cpu) => cpu === 'x64' || cpu === 'arm64') ?? true;
  const isForGlibc = entry.libc?.includes('glibc') ?? true;
  return isForLinux && isForProcessor && isForGlibc;
}

/** Every part of an AND, or one part of an OR. */
function isAllowed(name: string, license: string): boolean {
  if (DYNAMICALLY_LINKED.test(name) && license === 'LGPL-3.0-or-later') return true;
  const parts = license.replaceAll(/[()]/g, '').split(/ (?:AND|OR) /);
  return / OR /.test(license)
    ? parts.some((part) => PERMISSIVE.includes(part))
    : parts.every((part) => PERMISSIVE.includes(part));
}

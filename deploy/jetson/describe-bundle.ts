/**
 * Writes the description of a bundle, the same for the same commit: bundle.json, sbom.cdx.json and licences/.
 * Arguments: folder of the bundle, output of `npm sbom`, architecture, commit, version of Node.
 */
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';

const [folder = '', sbomFile = '', arch = '', commit = '', nodeVersion = ''] = process.argv.slice(2);
const LICENCE_FILE = /^(?:licen[cs]e|copying|notice|third-party-notices|thirdpartynotices)/i;
const builtAt = new Date(Number(process.env['SOURCE_DATE_EPOCH']) * 1000).toISOString();

interface Component {
  readonly 'bom-ref': string;
  readonly name: string;
  readonly version?: string;
  readonly properties?: readonly { readonly name: string; readonly value: string }[];
}
interface Bom {
  readonly metadata: { readonly component: { readonly version: string } };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string }[];
}

function writeJson(name: string, value: unknown): void {
  writeFileSync(join(folder, name), `${JSON.stringify(value, null, 2)}\n`);
}

function byRef(a: string, b: string): number {
  return a < b ? -1 : 1;
}

/** npm's list has the time and a random serial number; ours depends on the commit, and adds Node and models. */
function writeBillOfMaterials(): string {
  const bom = JSON.parse(readFileSync(sbomFile, 'utf8')) as Bom;
  const { version } = bom.metadata.component;
  const installed = bom.components.filter((component) => existsSync(join(folder, pathOf(component))));
  const refs = new Set(installed.map((component) => component['bom-ref']));
  const components = [...installed, nodeComponent(), ...modelComponents()];
  writeJson('sbom.cdx.json', {
    ...bom,
    serialNumber: `urn:uuid:${uuidOf(`${commit} ${arch}`)}`,
    metadata: { ...bom.metadata, timestamp: builtAt },
    components: components.toSorted((a, b) => byRef(a['bom-ref'], b['bom-ref'])),
    dependencies: bom.dependencies
      .filter(({ ref }) => refs.has(ref) || !bom.components.some((component) => component['bom-ref'] === ref))
      .toSorted((a, b) => byRef(a.ref, b.ref)),
  });
  return version;
}

/** The lock file also names packages for other platforms, which are not installed. */
function pathOf({ name, properties = [] }: Component): string {
  const path = properties.find((property) => property.name === 'cdx:npm:package:path')?.value;
  return path ?? `node_modules/${name}`;
}

function nodeComponent(): Component {
  const purl = `pkg:npm/node-linux-${arch}@${nodeVersion}`;
  const component = { type: 'platform', 'bom-ref': purl, name: 'node', version: nodeVersion, purl };
  return { ...component, ...{ hashes: [{ alg: 'SHA-256', content: sha256('node/bin/node') }] } };
}

function modelComponents(): Component[] {
  return readdirSync(join(folder, 'models')).map((name) => {
    const text = readFileSync(join(folder, 'models', name, 'model.json'), 'utf8');
    const manifest = JSON.parse(text) as { version: string; file: string; licence: string };
    const content = sha256(join('models', name, manifest.file));
    return {
      ...{ type: 'machine-learning-model', 'bom-ref': `model:${name}@${manifest.version}`, name },
      ...{ version: manifest.version, licenses: [{ license: { name: manifest.licence } }] },
      hashes: [{ alg: 'SHA-256', content }],
    };
  });
}

/** Copies the text of every licence into one folder. */
function collectLicences(): void {
  const into = join(folder, 'licences');
  mkdirSync(into);
  for (const path of packageFolders(join(folder, 'node_modules'))) {
    const name = path.slice(join(folder, 'node_modules').length + 1).replaceAll(/[/\\]/g, '__');
    for (const file of readdirSync(path).filter((entry) => LICENCE_FILE.test(entry)))
      copyFileSync(join(path, file), join(into, `${name}__${file}`));
  }
  copyFileSync(join(folder, 'node/LICENSE'), join(into, 'node__LICENSE'));
}

function packageFolders(modules: string): string[] {
  if (!existsSync(modules)) return [];
  const names = readdirSync(modules).flatMap((name) =>
    name.startsWith('@') ? readdirSync(join(modules, name)).map((scoped) => `${name}/${scoped}`) : [name],
  );
  const folders = names
    .map((name) => join(modules, name))
    .filter((path) => existsSync(join(path, 'package.json')));
  return folders.flatMap((path) => [path, ...packageFolders(join(path, 'node_modules'))]);
}

function sha256(path: string): string {
  return createHash('sha256')
    .update(readFileSync(join(folder, path)))
    .digest('hex');
}

function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

const version = writeBillOfMaterials();
collectLicences();
writeJson('bundle.json', { schema: 'bonewatch.bundle/1', version, arch, node: nodeVersion, commit, builtAt });

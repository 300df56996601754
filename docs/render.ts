import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { renderConfiguration } from './render-configuration.ts';
import type { BenchReport } from './render-readme.ts';
import { renderModels, renderReadme } from './render-readme.ts';
import { readShippedModels } from './render-families.ts';
import { renderModelManifest } from './render-model-manifest.ts';
import { renderErrors } from './render-errors.ts';
import { renderMetrics } from './render-metrics.ts';
import { renderThirdParty } from './render-third-party.ts';
import type { Lock } from './render-third-party.ts';

/** The generated pages: file name → text. Each is generated from the code it describes only. */
export async function renderPages(): Promise<ReadonlyMap<string, string>> {
  const lock = JSON.parse(await readHere('../package-lock.json')) as Lock;
  const models = await readShippedModels(new URL('../models/', import.meta.url));
  const manifest = models[0]?.manifest;
  if (manifest?.name !== 'fracture-default') throw new Error('The default model is missing.');
  const bench = JSON.parse(await readHere('bench.json')) as BenchReport;
  return new Map([
    ['../README.md', renderReadme(await readHere('../README.md'), { manifest, bench })],
    ['models.md', renderModels(await readHere('models.md'), { models, bench })],
    ['model-manifest.md', renderModelManifest()],
    ['errors.md', renderErrors()],
    ['configuration.md', renderConfiguration()],
    ['metrics.md', renderMetrics()],
    ['third-party.md', renderThirdParty(lock)],
  ]);
}

function readHere(name: string): Promise<string> {
  return readFile(new URL(name, import.meta.url), 'utf8');
}

/** Names of the pages whose file is missing or differs from the generated text. */
export async function findStalePages(): Promise<readonly string[]> {
  const stale: string[] = [];
  for (const [name, text] of await renderPages()) {
    const onDisk = await readFile(new URL(name, import.meta.url), 'utf8').catch(() => null);
    if (onDisk !== text) stale.push(name);
  }
  return stale;
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
  const stale = await findStalePages();
  if (values.check) {
    for (const name of stale) process.stderr.write(`docs/${name} is out of date: run npm run docs\n`);
    process.exitCode = stale.length > 0 ? 1 : 0;
    return;
  }
  const pages = await renderPages();
  for (const name of stale) {
    await writeFile(new URL(name, import.meta.url), pages.get(name) ?? '');
    process.stdout.write(`docs/${name} written\n`);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();

import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { aFolder } from '../store/a-store.ts';

const ROOT = join(import.meta.dirname, '../..');

/** What upgrade.sh, rollback.sh and warm-engines.sh decide about a configuration, with the program of this checkout. */
function accept(yaml: string): { readonly status: number | null; readonly stdout: string } {
  const folder = aFolder();
  mkdirSync(join(folder, 'inbox'));
  const file = join(folder, 'bonewatch.yaml');
  const store = join(folder, 'store', 'bonewatch.db');
  writeFileSync(file, `${yaml.replaceAll('FOLDER', folder)}\nstore: {path: ${store}}\n`);
  const script = `. ${ROOT}/deploy/jetson/steps.sh
    as_service() { shift; '${process.execPath}' ${ROOT}/bin/bonewatch.js "$@"; }
    config=${file}
    check_configuration 0.2.0`;
  const { status, stdout, stderr } = spawnSync('bash', ['-c', script], { encoding: 'utf8' });
  return { status, stdout: stdout + stderr };
}

it('the scripts accept a configuration without faults', { timeout: 30_000 }, () => {
  expect(accept('inboxes: [{path: FOLDER/inbox}]\nwards: [{id: w3, name: A}]')).toMatchObject({ status: 0 });
});

it('a share that is not mounted at the moment does not stop an upgrade', { timeout: 30_000 }, () => {
  expect(accept('inboxes: [{path: FOLDER/share}]\nwards: [{id: w3, name: A}]')).toMatchObject({ status: 0 });
});

it('the scripts refuse a configuration with a fault, and print it', { timeout: 30_000 }, () => {
  const { status, stdout } = accept('inboxes: [{path: share}]\nwards: [{id: w3, name: A}]');

  expect(status).toBe(1);
  expect(stdout).toContain('release 0.2.0 does not accept the configuration:');
  expect(stdout).toContain('inboxes[0].path: Use an absolute path');
});

import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { folderChecks } from '../../../../src/cli/commands/doctor/folder-checks.ts';
import { configSchema } from '../../../../src/config/schema.ts';

describe('doctor on the folder of the engines', () => {
  it('doctor reports that engines can be stored, also in a folder that does not exist yet', async () => {
    const directory = join(mkdtempSync(join(tmpdir(), 'engines-')), 'not', 'yet');

    expect(await lookAt({ runtimeLibrary: '/opt/lib/libonnxruntime.so.1', engines: { directory } })).toEqual({
      state: 'ok',
      message: `Engines can be stored in ${directory}.`,
    });
  });

  it('doctor names another folder for engines if the configured one cannot be written', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'engines-')), 'file');
    writeFileSync(file, '');
    const engines = { directory: join(file, 'engines') };

    const outcome = await lookAt({ runtimeLibrary: '/opt/lib/libonnxruntime.so.1', engines });

    expect(outcome?.state).toBe('degraded');
    expect(outcome?.message).toContain('Use a folder below /var/cache/bonewatch');
  });

  it('doctor does not check the folder of engines without a configured library', async () => {
    expect(await lookAt({})).toBeUndefined();
  });
});

async function lookAt(models: object) {
  const config = configSchema.parse({
    inboxes: [{ path: '/srv/export' }],
    wards: [{ id: 'w3', name: '3' }],
    models,
  });
  return folderChecks(config)
    .find(({ name }) => name === 'engines')
    ?.run();
}

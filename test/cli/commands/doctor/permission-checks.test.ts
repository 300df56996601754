import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  permissionChecks,
  type PermissionOptions,
} from '../../../../src/cli/commands/doctor/permission-checks.ts';
import { configSchema } from '../../../../src/config/schema.ts';

const OWN = process.getuid?.() ?? 0;

/** An installation as install.sh leaves it, with the current account as the account of the service. */
function anInstallation() {
  const folder = mkdtempSync(join(tmpdir(), 'permissions-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const data = join(folder, 'data');
  mkdirSync(data, { mode: 0o700 });
  const files = {
    folder,
    data,
    database: join(data, 'bonewatch.db'),
    password: join(folder, 'broker-password'),
    configFile: join(folder, 'bonewatch.yaml'),
    accounts: join(folder, 'passwd'),
  };
  writeFileSync(files.database, '', { mode: 0o600 });
  writeFileSync(files.password, 'secret', { mode: 0o600 });
  writeFileSync(files.configFile, '', { mode: 0o640 });
  writeFileSync(files.accounts, `root:x:0:0::/root:/bin/sh\nbonewatch:x:${OWN}:${OWN}::/:/bin/false\n`);
  return files;
}

async function check(
  { folder, database, password, configFile, accounts }: ReturnType<typeof anInstallation>,
  options: Partial<PermissionOptions> = {},
) {
  const config = configSchema.parse({
    inboxes: [{ path: '/srv/export' }],
    wards: [{ id: 'w3', name: '3' }],
    store: { path: database },
    broker: { passwordFile: password },
    models: { engines: { directory: join(folder, 'engines') } },
  });
  const [check] = permissionChecks(config, { configFile, accounts, isRoot: false, ...options });
  return check?.run();
}

describe('doctor on permissions', () => {
  it('doctor reports no fault for the permissions that install.sh sets', async () => {
    expect(await check(anInstallation())).toMatchObject({ state: 'ok' });
  });

  it('doctor reports each excessive permission, with the command that corrects it', async () => {
    const place = anInstallation();
    chmodSync(place.data, 0o755);
    chmodSync(place.password, 0o644);
    chmodSync(place.configFile, 0o666);

    const outcome = await check(place);

    expect(outcome?.state).toBe('degraded');
    expect(outcome?.message).toContain(`chmod 700 ${place.data}`);
    expect(outcome?.message).toContain(`chmod o-rwx ${place.password}`);
    expect(outcome?.message).toContain(`chmod o-w ${place.configFile}`);
  });

  it.runIf(OWN === 0)(
    'doctor reports files that a command of root left and the service cannot write',
    async () => {
      const place = anInstallation();
      writeFileSync(place.accounts, 'bonewatch:x:990:990::/:/bin/false\n');
      chownSync(place.data, 990, 990);
      mkdirSync(join(place.folder, 'engines'));

      const outcome = await check(place);

      expect(outcome?.state).toBe('failed');
      expect(outcome?.message).toContain(`${place.database} does not belong to bonewatch`);
      expect(outcome?.message).toContain(`chown -R bonewatch:bonewatch ${place.data}`);
      expect(outcome?.message).toContain(`${join(place.folder, 'engines')} does not belong`);
    },
  );

  it('doctor reports an inbox that the account of the service cannot read, also when root runs it', async () => {
    const asked: (readonly string[])[] = [];
    const ask = (...command: readonly string[]): Promise<string> => {
      asked.push(command);
      return Promise.resolve('may not');
    };

    const outcome = await check(anInstallation(), { isRoot: true, ask });

    expect(outcome).toMatchObject({ state: 'failed' });
    expect(outcome?.message).toContain('setfacl -R -m u:bonewatch:rX');
    expect(asked[0]?.slice(0, 3)).toEqual(['runuser', '-u', 'bonewatch']);
  });

  it('doctor reports no fault before the installation', async () => {
    const place = anInstallation();
    rmSync(place.data, { recursive: true });

    expect(await check(place, { accounts: '/nowhere' })).toMatchObject({ state: 'ok' });
  });
});

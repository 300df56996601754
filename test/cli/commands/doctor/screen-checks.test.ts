import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { screenChecks } from '../../../../src/cli/commands/doctor/screen-checks.ts';
import { configSchema } from '../../../../src/config/schema.ts';
import type { CheckOutcome } from '../../../../src/health/check.ts';
import { hashPassword } from '../../../../src/screens/access/password-hash.ts';
import { ensureOwnCertificate } from '../../../../src/screens/tls/certificate-files.ts';
import { makeCertificate } from '../../../../src/screens/tls/make-certificate.ts';
import { openStore } from '../../../../src/store/open-store.ts';
import type { Role } from '../../../../src/contract/api/access.ts';
import { aFolder } from '../../../store/a-store.ts';

const MADE = new Date('2026-11-23T00:00:00Z');
const REACHED = { listen: '0.0.0.0:8470' };

async function ask(
  check: 'certificate' | 'users',
  screens: Readonly<Record<string, unknown>>,
  { folder = aFolder(), now = MADE }: { readonly folder?: string; readonly now?: Date } = {},
): Promise<CheckOutcome | undefined> {
  const config = configSchema.parse({
    inboxes: [{ path: '/export' }],
    wards: [{ id: 'w3', name: '3병동' }],
    store: { path: join(folder, 'bonewatch.db') },
    screens,
  });
  return screenChecks(config, now)
    .find(({ name }) => name === check)
    ?.run();
}

/** A pair in PEM, written into a folder. */
async function aPair(names: readonly string[], folder = aFolder()): Promise<{ cert: string; key: string }> {
  const pair = await makeCertificate(names, MADE);
  const files = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') };
  writeFileSync(files.cert, pair.cert);
  writeFileSync(files.key, pair.key);
  return files;
}

describe('doctor on the certificate', () => {
  it('doctor reports no fault for a certificate that matches its key and names the addresses of the machine', async () => {
    const tls = { ...(await aPair(['bonewatch.lan', '10.1.2.3'])), names: ['bonewatch.lan', '10.1.2.3'] };

    const outcome = await ask('certificate', { ...REACHED, tls });

    expect(outcome?.state).toBe('ok');
    expect(outcome?.message).toContain('2036');
    expect(outcome?.message).toContain('bonewatch.lan');
  });

  it('doctor names a certificate file that is missing, invalid or belongs to another key', async () => {
    const [pair, other] = [await aPair(['a.lan']), await aPair(['a.lan'])];

    const foreign = await ask('certificate', { ...REACHED, tls: { cert: pair.cert, key: other.key } });
    const missing = await ask('certificate', { ...REACHED, tls: { cert: '/nowhere.pem', key: pair.key } });

    expect(foreign).toMatchObject({ state: 'failed' });
    expect(foreign?.message).toContain('is not the key of');
    expect(missing).toMatchObject({ state: 'failed' });
    expect(missing?.message).toContain('/nowhere.pem');
    writeFileSync(pair.cert, 'nonsense');
    expect(await ask('certificate', { ...REACHED, tls: pair })).toMatchObject({ state: 'failed' });
  });

  it('doctor warns thirty days before the certificate expires, and fails after that', async () => {
    const tls = await aPair(['a.lan']);

    const soon = await ask('certificate', { ...REACHED, tls }, { now: new Date('2036-11-02T00:00:00Z') });
    const late = await ask('certificate', { ...REACHED, tls }, { now: new Date('2037-01-01T00:00:00Z') });
    const early = await ask('certificate', { ...REACHED, tls }, { now: new Date('2020-01-01T00:00:00Z') });

    expect(soon).toMatchObject({ state: 'degraded' });
    expect(soon?.message).toMatch(/expires in \d+ days/);
    expect(late).toMatchObject({ state: 'failed' });
    expect(early).toMatchObject({ state: 'failed' });
    expect(early?.message).toContain('clock');
  });

  it('doctor names an address that the certificate does not cover', async () => {
    const tls = { ...(await aPair(['a.lan'])), names: ['a.lan', 'b.lan', '10.0.0.9'] };

    const outcome = await ask('certificate', { listen: '10.0.0.8:8470', tls });

    expect(outcome).toMatchObject({ state: 'degraded' });
    expect(outcome?.message).toContain('does not name b.lan, 10.0.0.9, 10.0.0.8');
  });

  it('doctor checks the self-signed certificate, and creates none', async () => {
    const folder = aFolder();
    const tls = { names: ['a.lan'] };
    const before = await ask('certificate', { ...REACHED, tls }, { folder });

    await ensureOwnCertificate(join(folder, 'tls'), { names: ['a.lan'], alsoNames: [], now: MADE });

    expect(before).toMatchObject({ state: 'ok' });
    expect(before?.message).toContain('at the first start');
    expect(await ask('certificate', { ...REACHED, tls }, { folder })).toMatchObject({ state: 'ok' });
  });

  it('doctor requires no certificate on the loopback interface, and warns on a trusted network', async () => {
    expect(await ask('certificate', {})).toMatchObject({ state: 'ok' });
    expect(await ask('certificate', { ...REACHED, trustNetwork: true })).toMatchObject({ state: 'degraded' });
    expect(await ask('certificate', REACHED)).toMatchObject({ state: 'failed' });
  });
});

describe('doctor on the users', () => {
  async function aStoreWith(...roles: readonly Role[]): Promise<string> {
    const folder = aFolder();
    using store = openStore(join(folder, 'bonewatch.db'), { clock: Date });
    const password = await hashPassword('a long enough secret', { N: 2 ** 8, r: 8, p: 1 });
    for (const role of roles) store.users.add({ name: `a ${role}`, role, password });
    return folder;
  }

  it('doctor reports that sign-in is impossible, with the command that fixes it, if the pages are on the network', async () => {
    const empty = await ask('users', REACHED);
    const nurses = await ask('users', REACHED, { folder: await aStoreWith('nurse') });

    for (const outcome of [empty, nurses]) {
      expect(outcome).toMatchObject({ state: 'failed' });
      expect(outcome?.message).toContain('bonewatch user add');
    }
  });

  it('doctor reports the number of users and admins, but no names', async () => {
    const outcome = await ask('users', REACHED, { folder: await aStoreWith('admin', 'nurse') });

    expect(outcome).toEqual({ state: 'ok', message: '2 may sign in, 1 as admin.' });
  });

  it('doctor accepts pages without users on the loopback interface, and warns on a trusted network', async () => {
    expect(await ask('users', {})).toMatchObject({ state: 'ok' });
    expect(await ask('users', { ...REACHED, trustNetwork: true })).toMatchObject({ state: 'degraded' });
  });
});

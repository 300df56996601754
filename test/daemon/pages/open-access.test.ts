import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkConfig } from '../../../src/config/load-config.ts';
import { configSchema } from '../../../src/config/schema.ts';
import { openAccess } from '../../../src/daemon/pages/open-access.ts';
import { aFolder, aStore } from '../../store/a-store.ts';

function open(screens: object, { hasUser = false, hasDamagedCopy = false } = {}) {
  const folder = aFolder();
  const path = join(folder, 'bonewatch.db');
  const store = aStore({ path, clock: Date });
  if (hasUser) store.users.add({ name: 'Kim', role: 'admin', password: 'scrypt$' });
  if (hasDamagedCopy) writeFileSync(`${path}.damaged-2026-11-23T00-00-00-000Z`, '');
  const config = configSchema.parse({
    inboxes: [{ path: '/export' }],
    wards: [{ id: 'w3', name: '3병동' }],
    store: { path },
    screens,
  });
  return openAccess(config, store);
}

const HERE = { headers: { host: '127.0.0.1:8470' }, address: '::1' };

describe('screens that others reach', () => {
  it('pages on the network do not start without a user', () => {
    expect(() => open({ listen: '0.0.0.0:8470', tls: {} })).toThrow(
      expect.objectContaining({ code: 'SCREENS_UNPROTECTED' }),
    );
    expect(() => open({ listen: '[::]:8470', tls: {} })).toThrow('there is no user');
    expect(() => open({ listen: '0.0.0.0:8470', tls: {} }, { hasUser: true })).not.toThrow();
  });

  it('pages on the network start closed if the users were lost with a damaged database, so that alerts continue', () => {
    const access = open({ listen: '0.0.0.0:8470', tls: {} }, { hasDamagedCopy: true });

    expect(access.authenticator.authenticate(HERE)).toBeNull();
  });

  it('pages on the network without encryption are a configuration fault, unless their network is trusted', () => {
    const faults = (screens: string) =>
      checkConfig(`inboxes: [{path: /x}]\nwards: [{id: w3, name: w3}]\nscreens: ${screens}`).faults.map(
        ({ path }) => path,
      );

    expect(faults('{listen: "0.0.0.0:8470"}')).toEqual(['screens.listen']);
    expect(faults('{listen: "0.0.0.0:8470", tls: {}}')).toEqual([]);
    expect(faults('{listen: "0.0.0.0:8470", tls: {cert: /a.pem}}')).toEqual(['screens.tls']);
    expect(faults('{listen: "0.0.0.0:8470", trustNetwork: true}')).toEqual([]);
    expect(faults('{listen: "127.0.0.1:8470"}')).toEqual([]);
  });
});

describe('screens of this machine alone', () => {
  it('pages on the loopback interface are open until there is a user', () => {
    expect(open({}).authenticator.authenticate(HERE)?.principal).toEqual({ kind: 'anyone' });
    expect(open({}, { hasUser: true }).authenticator.authenticate(HERE)).toBeNull();
  });
});

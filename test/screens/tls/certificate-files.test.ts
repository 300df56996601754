import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { createCookies } from '../../../src/screens/access/cookies.ts';
import { serveScreens } from '../../../src/screens/serve-screens.ts';
import { ensureOwnCertificate, readCertificate } from '../../../src/screens/tls/certificate-files.ts';
import { makeCertificate } from '../../../src/screens/tls/make-certificate.ts';
import { openScreensFixture } from '../../support/screens-fixture.ts';
import { buildPages } from '../../support/build-pages.ts';
import { opensslAvailable } from '../../support/openssl.ts';
import { silentLog } from '../../support/silent-log.ts';
import { aFolder } from '../../store/a-store.ts';

const now = new Date('2026-11-23T00:00:00Z');

describe('the certificate that Bonewatch makes', () => {
  it('names the machine as displays call it, is valid for ten years, and is not a CA', async () => {
    const { cert } = await makeCertificate(['bonewatch.hospital.lan', '10.1.2.3', 'fd00::12:ab'], now);

    const known = new X509Certificate(cert);
    expect(known.verify(known.publicKey)).toBe(true);
    expect(known.ca).toBe(false);
    expect(known.checkHost('bonewatch.hospital.lan')).toBeDefined();
    expect(known.checkIP('10.1.2.3')).toBeDefined();
    expect(known.checkIP('fd00:0:0::12:ab')).toBeDefined();
    expect(known.checkHost('other.hospital.lan')).toBeUndefined();
    expect(known.validFromDate.getTime()).toBeLessThan(now.getTime());
    expect(known.validToDate.getUTCFullYear()).toBe(2036);
  });

  it('can be created for a time after 2050, and by a device whose clock has never been set', async () => {
    const late = new X509Certificate((await makeCertificate(['a'], new Date('2045-01-01'))).cert);
    const early = new X509Certificate((await makeCertificate(['a'], new Date(0))).cert);

    expect(late.validToDate.getUTCFullYear()).toBe(2055);
    expect(early.validToDate.getUTCFullYear()).toBe(2036);
  });

  it.skipIf(!opensslAvailable('certificate'))('is read and verified by openssl', async () => {
    const file = join(aFolder(), 'cert.pem');
    const names = ['bonewatch.hospital.lan', '10.1.2.3', 'fd00::12:ab', '::ffff:10.0.0.1'];
    const openssl = (...given: string[]) => execFileSync('openssl', given, { encoding: 'utf8' });
    writeFileSync(file, (await makeCertificate(names, now)).cert);

    const text = openssl('x509', '-in', file, '-noout', '-text')
      .replaceAll(/\s+/g, ' ')
      .replaceAll(' = ', '=');
    const verified = openssl('verify', '-x509_strict', '-check_ss_sig', '-CAfile', file, file);

    for (const part of [
      'Version: 3 (0x2)',
      'Signature Algorithm: ecdsa-with-SHA256',
      'Issuer: CN=Bonewatch',
      'Not Before: Jan 1 00:00:00 2026 GMT',
      'Not After : Nov 23 00:00:00 2036 GMT',
      'NIST CURVE: P-256',
      'X509v3 Basic Constraints: critical CA:FALSE',
      'X509v3 Key Usage: critical Digital Signature X509v3',
      'X509v3 Extended Key Usage: TLS Web Server Authentication',
      'DNS:bonewatch.hospital.lan, IP Address:10.1.2.3, IP Address:FD00:0:0:0:0:0:12:AB, IP Address:0:0:0:0:0:FFFF:A00:1',
    ])
      expect(text).toContain(part);
    expect(verified).toContain('OK');
  });

  it('is not replaced while it has every required name, since displays were set up to trust it', async () => {
    const folder = join(aFolder(), 'tls');
    const ensure = async (names: readonly string[], alsoNames: readonly string[]) =>
      readCertificate(await ensureOwnCertificate(folder, { names, alsoNames, now })).cert;

    const first = await ensure(['bonewatch.lan', '10.1.2.3'], ['10.9.9.9']);

    expect(await ensure(['bonewatch.lan'], ['10.8.8.8'])).toBe(first);
    expect(statSync(join(folder, 'key.pem')).mode & 0o777).toBe(0o600);
    const second = await ensure(['bonewatch.lan', '10.7.7.7'], []);
    expect(second).not.toBe(first);
    writeFileSync(join(folder, 'cert.pem'), first);
    expect(await ensure(['bonewatch.lan'], [])).not.toBe(first);
  });

  it('is refused with the path of the file that is missing, is not PEM, or does not match', async () => {
    const folder = aFolder();
    const files = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') };
    expect(() => readCertificate(files)).toThrow('cannot be read');

    writeFileSync(files.cert, 'nonsense');
    writeFileSync(files.key, (await makeCertificate(['a'], now)).key);
    expect(() => readCertificate(files)).toThrow('not PEM');

    writeFileSync(files.cert, (await makeCertificate(['a'], now)).cert);
    expect(() => readCertificate(files)).toThrow('not the key of');
  });
});

describe('encrypted screens', () => {
  it('accept TLS 1.2 or newer only', async () => {
    await using fixture = await openScreensFixture({ users: { Kim: 'nurse' }, screens: { tls: {} } });
    const { port, hostname } = new URL(fixture.url);
    const ca = readFileSync(join(fixture.folder, 'tls', 'cert.pem'), 'utf8');

    const protocol = await new Promise<string | null>((resolve, reject) => {
      const socket = connect({ host: hostname, port: Number(port), ca }, () => {
        resolve(socket.getProtocol());
        socket.end();
      });
      socket.once('error', reject);
    });
    const old = await new Promise<string>((resolve) => {
      const socket = connect({
        host: hostname,
        port: Number(port),
        ca,
        maxVersion: 'TLSv1.1',
        minVersion: 'TLSv1',
      });
      socket.once('error', ({ code }: NodeJS.ErrnoException) => resolve(code ?? ''));
      socket.once('secureConnect', () => resolve('connected'));
    });
    const plain = await fetch(fixture.url.replace('https', 'http')).catch(() => null);

    expect(fixture.url).toMatch(/^https:/);
    expect(protocol).toBe('TLSv1.3');
    expect(old).not.toBe('connected');
    expect(plain).toBeNull();
  });

  it('use cookies that are sent over TLS only, and that no other host of the domain can set', () => {
    const cookies = createCookies({ isSecure: true });

    expect(cookies.set('session', 'x')).toMatch(/^__Host-bonewatch-session=x; Path=\/; HttpOnly; Secure/);
    expect(cookies.read({ cookie: 'bonewatch-session=x' }, 'session')).toBeUndefined();
  });

  it('use a renewed certificate without a restart', async () => {
    await using pages = await buildPages();
    const old = await makeCertificate(['localhost'], now);
    const renewed = await makeCertificate(['localhost'], now);
    await using screens = await serveScreens({ ...screensOptions, pages: pages.folder, certificate: old });
    const { port } = new URL(screens.url);
    const serve = () =>
      new Promise<string | undefined>((resolve, reject) => {
        const socket = connect({ host: '127.0.0.1', port: Number(port), rejectUnauthorized: false }, () => {
          resolve(socket.getPeerX509Certificate()?.fingerprint256);
          socket.end();
        });
        socket.once('error', reject);
      });
    const fingerprint = ({ cert }: { cert: string }): string => new X509Certificate(cert).fingerprint256;

    const before = await serve();
    screens.renewCertificate(renewed);

    expect([before, await serve()]).toEqual([old, renewed].map(fingerprint));
  });
});

const screensOptions = {
  listen: { host: '127.0.0.1', port: 0 },
  site: { id: 'hospital', name: 'Hospital', timezone: 'Asia/Seoul', language: 'ko' },
  device: 'console-1',
  wards: [],
  phone: '',
  websocketUrl: null,
  protocolVersion: 'auto',
  now: () => now,
  log: silentLog,
} as const;

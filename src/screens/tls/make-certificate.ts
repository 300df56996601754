import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { isIP } from 'node:net';
import {
  derBitString,
  derBoolean,
  derContext,
  derInteger,
  derOctetString,
  derOid,
  derSequence,
  derSet,
  derTime,
  derUtf8,
} from './der.ts';

/** A certificate and its key, PEM. */
export interface CertificatePair {
  readonly cert: string;
  readonly key: string;
}

const OID = {
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  commonName: '2.5.4.3',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  keyUsage: '2.5.29.15',
  extendedKeyUsage: '2.5.29.37',
  serverAuth: '1.3.6.1.5.5.7.3.1',
};
/** Long before any use: a device or a display whose clock is behind takes it too. */
const VALID_FROM = new Date('2026-01-01T00:00:00Z');
const VALID_YEARS = 10;
const MAX_NAMES = 100;

/**
 * A key (P-256) and a certificate (RFC 5280) signed by itself, for a server that is called by these names and
 * addresses. It can vouch for no other certificate. Valid for ten years, since each display must be told once that it
 * may be trusted.
 */
export function makeCertificate(names: readonly string[], now: Date): CertificatePair {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const until = new Date(Math.max(now.getTime(), VALID_FROM.getTime()));
  until.setUTCFullYear(until.getUTCFullYear() + VALID_YEARS);
  const algorithm = derSequence(derOid(OID.ecdsaWithSha256));
  const bonewatch = derSequence(derSet(derSequence(derOid(OID.commonName), derUtf8('Bonewatch'))));
  const serial = randomBytes(16);
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40;
  const body = derSequence(
    derContext(0, 'constructed', derInteger(Buffer.of(2))),
    derInteger(serial),
    algorithm,
    bonewatch,
    derSequence(derTime(VALID_FROM), derTime(until)),
    bonewatch,
    publicKey.export({ type: 'spki', format: 'der' }),
    derContext(3, 'constructed', extensions(names.slice(0, MAX_NAMES))),
  );
  const signature = sign('sha256', body, { key: privateKey, dsaEncoding: 'der' });
  const cert = derSequence(body, algorithm, derBitString(signature));
  return { cert: toPem(cert), key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
}

function extensions(names: readonly string[]): Buffer {
  const digitalSignature = derBitString(Buffer.of(0x80), 7);
  return derSequence(
    extension(OID.basicConstraints, 'critical', derSequence()),
    extension(OID.keyUsage, 'critical', digitalSignature),
    extension(OID.extendedKeyUsage, 'optional', derSequence(derOid(OID.serverAuth))),
    extension(OID.subjectAltName, 'optional', derSequence(...names.map(generalName))),
  );
}

function extension(id: string, weight: 'critical' | 'optional', value: Buffer): Buffer {
  const critical = weight === 'critical' ? [derBoolean(true)] : [];
  return derSequence(derOid(id), ...critical, derOctetString(value));
}

function generalName(name: string): Buffer {
  const kind = isIP(name);
  if (kind === 0) return derContext(2, 'primitive', Buffer.from(name, 'ascii'));
  return derContext(7, 'primitive', kind === 4 ? ipv4Bytes(name) : ipv6Bytes(name));
}

function ipv4Bytes(address: string): Buffer {
  return Buffer.from(address.split('.').map(Number));
}

function ipv6Bytes(address: string): Buffer {
  // The URL parser writes any spelling of an address the short way, in hexadecimal groups only.
  const [head = '', tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::');
  const groups = (text: string): string[] => (text === '' ? [] : text.split(':'));
  const [before, after] = [groups(head), groups(tail ?? '')];
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => '0');
  const all = [...before, ...zeros, ...after].map((group) => Number.parseInt(group, 16));
  return Buffer.from(all.flatMap((group) => [group >> 8, group & 0xff]));
}

function toPem(der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

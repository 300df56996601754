import { KeyObject, randomBytes, webcrypto, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import * as asn1 from 'asn1js';
import * as pki from 'pkijs';

/** A certificate and its key, PEM. */
export interface CertificatePair {
  readonly cert: string;
  readonly key: string;
}

const COMMON_NAME = '2.5.4.3';
const SERVER_AUTHENTICATION = '1.3.6.1.5.5.7.3.1';
/** The kinds of a GeneralName (RFC 5280, 4.2.1.6). */
const DNS_NAME = 2;
const IP_ADDRESS = 7;
/** Long before any use: a device or a display whose clock is behind accepts it too. */
const VALID_FROM = new Date('2026-01-01T00:00:00Z');
const VALID_YEARS = 10;
const MAX_NAMES = 100;

/**
 * Creates a key (P-256) and a self-signed certificate (RFC 5280) for a server with these names and addresses. It
 * cannot sign other certificates. Valid for ten years, since each display has to be set up once to trust it.
 */
export async function makeCertificate(names: readonly string[], now: Date): Promise<CertificatePair> {
  const { publicKey, privateKey } = await webcrypto.subtle.generateKey(
    { name: 'ECDSA', namedCurve: 'P-256' },
    true,
    ['sign', 'verify'],
  );
  const commonName = new pki.AttributeTypeAndValue({
    type: COMMON_NAME,
    value: new asn1.Utf8String({ value: 'Bonewatch' }),
  });
  const bonewatch = new pki.RelativeDistinguishedNames({ typesAndValues: [commonName] });
  const certificate = new pki.Certificate({
    version: 2,
    serialNumber: new asn1.Integer({ valueHex: newSerialNumber() }),
    issuer: bonewatch,
    subject: bonewatch,
    notBefore: timeOf(VALID_FROM),
    notAfter: timeOf(endOfValidity(now)),
    extensions: extensionsFor(names.slice(0, MAX_NAMES)),
  });
  await certificate.subjectPublicKeyInfo.importKey(publicKey);
  await certificate.sign(privateKey, 'SHA-256');
  return {
    cert: new X509Certificate(new Uint8Array(certificate.toSchema().toBER())).toString(),
    key: KeyObject.from(privateKey).export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

/** Positive and of one length, so that every parser reads it the same. */
function newSerialNumber(): Uint8Array {
  const serial = randomBytes(16);
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40;
  return serial;
}

function endOfValidity(now: Date): Date {
  const until = new Date(Math.max(now.getTime(), VALID_FROM.getTime()));
  until.setUTCFullYear(until.getUTCFullYear() + VALID_YEARS);
  return until;
}

/** UTCTime until 2049, GeneralizedTime from 2050 (RFC 5280, 4.1.2.5). */
function timeOf(value: Date): pki.Time {
  const { UTCTime, GeneralizedTime } = pki.TimeType;
  return new pki.Time({ type: value.getUTCFullYear() >= 2050 ? GeneralizedTime : UTCTime, value });
}

function extensionsFor(names: readonly string[]): pki.Extension[] {
  const digitalSignature = new asn1.BitString({ valueHex: Uint8Array.of(0x80), unusedBits: 7 });
  return [
    extension(pki.id_BasicConstraints, {
      critical: true,
      value: new pki.BasicConstraints({ cA: false }).toSchema(),
    }),
    extension(pki.id_KeyUsage, { critical: true, value: digitalSignature }),
    extension(pki.id_ExtKeyUsage, {
      critical: false,
      value: new pki.ExtKeyUsage({ keyPurposes: [SERVER_AUTHENTICATION] }).toSchema(),
    }),
    extension(pki.id_SubjectAltName, {
      critical: false,
      value: new pki.GeneralNames({ names: names.map(generalName) }).toSchema(),
    }),
  ];
}

function extension(
  extnID: string,
  { critical, value }: { readonly critical: boolean; readonly value: asn1.AsnType },
): pki.Extension {
  return new pki.Extension({ extnID, critical, extnValue: value.toBER(false) });
}

function generalName(name: string): pki.GeneralName {
  const family = isIP(name);
  if (family === 0) return new pki.GeneralName({ type: DNS_NAME, value: name });
  const bytes = family === 4 ? ipv4Bytes(name) : ipv6Bytes(name);
  return new pki.GeneralName({ type: IP_ADDRESS, value: new asn1.OctetString({ valueHex: bytes }) });
}

function ipv4Bytes(address: string): Uint8Array {
  return Uint8Array.from(address.split('.').map(Number));
}

function ipv6Bytes(address: string): Uint8Array {
  // The URL parser writes any spelling of an address the short way, in hexadecimal groups only.
  const [head = '', tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::');
  const groups = (text: string): string[] => (text === '' ? [] : text.split(':'));
  const [before, after] = [groups(head), groups(tail ?? '')];
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => '0');
  const all = [...before, ...zeros, ...after].map((group) => Number.parseInt(group, 16));
  return Uint8Array.from(all.flatMap((group) => [group >> 8, group & 0xff]));
}

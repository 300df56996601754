import { createPrivateKey, X509Certificate } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BonewatchError } from '../../contract/errors.ts';
import type { CertificatePair } from './make-certificate.ts';

/** Where a certificate and its key are. */
export interface CertificateFiles {
  readonly cert: string;
  readonly key: string;
}

/** Reads a certificate and its key. Throws TLS_INVALID where one is missing, is none, or they do not fit. */
export function readCertificate(files: CertificateFiles): CertificatePair {
  const pair = { cert: readPem('certificate', files.cert), key: readPem('key', files.key) };
  let fits: boolean;
  try {
    fits = new X509Certificate(pair.cert).checkPrivateKey(createPrivateKey(pair.key));
  } catch (cause) {
    throw new BonewatchError('TLS_INVALID', `${files.cert} and its key are not PEM files.`, { cause });
  }
  if (!fits) throw new BonewatchError('TLS_INVALID', `${files.key} is not the key of ${files.cert}.`);
  return pair;
}

export interface OwnCertificateOptions {
  /** Every one must be in the certificate: otherwise it is made anew. */
  readonly names: readonly string[];
  /** Further names that a new one gets: what the machine is called at this moment. */
  readonly alsoNames: readonly string[];
  readonly now: Date;
}

/**
 * The files of our own certificate in a folder, made on first use. It stays the same for as long as it names what it
 * must, since every display was told to trust this very one. Throws TLS_INVALID where the folder cannot be written.
 */
export async function ensureOwnCertificate(
  folder: string,
  options: OwnCertificateOptions,
): Promise<CertificateFiles> {
  const files = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') };
  if (isGood(files, options)) return files;
  const { names, alsoNames, now } = options;
  // Loaded at the first start only: the library takes 16 MB of memory.
  const { makeCertificate } = await import('./make-certificate.ts');
  const { cert, key } = await makeCertificate([...new Set([...names, ...alsoNames])], now);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    chmodSync(folder, 0o700);
    replaceFile(files.key, key, 0o600);
    replaceFile(files.cert, cert, 0o644);
  } catch (cause) {
    throw new BonewatchError('TLS_INVALID', `A certificate cannot be written to ${folder}.`, { cause });
  }
  return files;
}

/** When either file was last written. */
export function writtenAt({ cert, key }: CertificateFiles): number {
  return Math.max(...[cert, key].map((path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0));
}

function isGood(files: CertificateFiles, { names, now }: OwnCertificateOptions): boolean {
  try {
    const { cert } = readCertificate(files);
    const known = new X509Certificate(cert);
    return known.validToDate > now && names.every((name) => known.checkHost(name) ?? known.checkIP(name));
  } catch {
    return false;
  }
}

function readPem(what: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new BonewatchError('TLS_INVALID', `The ${what} ${path} cannot be read.`, { cause });
  }
}

/** A power cut leaves the old one or the new one. */
function replaceFile(path: string, content: string, mode: number): void {
  writeFileSync(`${path}.new`, content, { mode });
  renameSync(`${path}.new`, path);
}

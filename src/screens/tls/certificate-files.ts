import { createPrivateKey, X509Certificate } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BonewatchError } from '../../contract/errors.ts';
import type { CertificatePair } from './make-certificate.ts';

/** Paths of a certificate and its key. */
export interface CertificateFiles {
  readonly cert: string;
  readonly key: string;
}

/** Reads a certificate and its key. Throws TLS_INVALID if one is missing or unreadable, or they do not match. */
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
  /** The certificate must contain all of them, otherwise a new one is created. */
  readonly names: readonly string[];
  /** Added to a new certificate only: the present names and addresses of the machine. */
  readonly alsoNames: readonly string[];
  readonly now: Date;
}

/**
 * The files of our own certificate in a folder, created on first use. It is replaced only if it has expired or lacks one
 * of `names`, since every display was set up to trust it. Throws TLS_INVALID if the folder cannot be written.
 */
export async function ensureOwnCertificate(
  folder: string,
  options: OwnCertificateOptions,
): Promise<CertificateFiles> {
  const files = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') };
  if (isUsable(files, options)) return files;
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

function isUsable(files: CertificateFiles, { names, now }: OwnCertificateOptions): boolean {
  try {
    const { cert } = readCertificate(files);
    const certificate = new X509Certificate(cert);
    return (
      certificate.validToDate > now &&
      names.every((name) => certificate.checkHost(name) ?? certificate.checkIP(name))
    );
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

/** After a power cut the old file or the new one is there, whole. */
function replaceFile(path: string, content: string, mode: number): void {
  writeFileSync(`${path}.new`, content, { mode });
  renameSync(`${path}.new`, path);
}

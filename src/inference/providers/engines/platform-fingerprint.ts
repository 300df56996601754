import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Files whose content a TensorRT engine depends on besides the model: the board, its system release, the driver. */
const SOURCES = ['etc/nv_tegra_release', 'proc/device-tree/model', 'proc/driver/nvidia/version'];
/** dpkg's status file, which has the TensorRT version where its package is installed. */
const PACKAGES = 'var/lib/dpkg/status';
const TENSORRT_PACKAGE = /^Package: libnvinfer\d*\n(?:.+\n)*?Version: (.+)$/m;

/** One line that changes when existing engines may no longer fit; empty where nothing is known. */
export async function platformFingerprint(root = '/'): Promise<string> {
  const texts = await Promise.all(SOURCES.map((source) => firstLine(join(root, source))));
  const packages = await readFile(join(root, PACKAGES), 'utf8').catch(() => '');
  const tensorrt = TENSORRT_PACKAGE.exec(packages)?.[1] ?? '';
  return [...texts, tensorrt].filter((text) => text !== '').join(' | ');
}

/** SHA-256 of a runtime library and its TensorRT provider, which can change under the same version number. */
export async function libraryFingerprint(library: string): Promise<string> {
  const hash = createHash('sha256');
  for (const path of [library, join(dirname(library), 'libonnxruntime_providers_tensorrt.so')]) {
    await addFile(hash, path);
  }
  return hash.digest('hex');
}

async function addFile(hash: ReturnType<typeof createHash>, path: string): Promise<void> {
  try {
    for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) hash.update(chunk);
  } catch {
    // A missing library is reported when it is loaded.
    hash.update('absent');
  }
}

async function firstLine(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return text.split(/[\n\0]/, 1)[0]?.trim() ?? '';
}

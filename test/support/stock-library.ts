import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createRequire } from 'node:module';

/** The `libonnxruntime.so.1` of onnxruntime-node for an architecture, without the libraries of GPU providers. */
export function stockLibrary(arch: 'x64' | 'arm64' = process.arch === 'arm64' ? 'arm64' : 'x64'): string {
  const bin = join(dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json')), 'bin');
  const [binding = ''] = readdirSync(bin).filter((name) => name.startsWith('napi-v'));
  return join(bin, binding, 'linux', arch, 'libonnxruntime.so.1');
}

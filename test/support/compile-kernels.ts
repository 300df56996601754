import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const COMPILED = new URL('../../src/kernels/compiled.ts', import.meta.url);
// In a separate process: the types of the compiler redefine those of the language.
const COMPILER = fileURLToPath(new URL('../../node_modules/assemblyscript/bin/asc.js', import.meta.url));
const OPTIONS = ['-O3', '--runtime', 'stub', '--noAssert', '--initialMemory', '1', '--enable', 'simd'];

/** The content of `src/kernels/compiled.ts`, compiled from the sources in `src/kernels/assembly`. */
export async function compileKernels(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'bonewatch-kernels-'));
  try {
    const compiled = join(folder, 'kernels.wasm');
    const source = fileURLToPath(new URL('assembly/index.ts', COMPILED));
    await run(process.execPath, [COMPILER, source, '--outFile', compiled, ...OPTIONS]);
    return asModule(await readFile(compiled));
  } finally {
    await rm(folder, { recursive: true });
  }
}

function asModule(wasm: Buffer): string {
  const lines = wasm.toString('base64').match(/.{1,100}/g) ?? [];
  return [
    '// Made from assembly/ by `npm run build:kernels`; a test fails where it is not what they compile to.',
    '/** The WebAssembly module of the kernels, base64. */',
    'export const COMPILED_KERNELS = [',
    ...lines.map((line) => `  '${line}',`),
    "].join('');",
    '',
  ].join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await writeFile(COMPILED, await compileKernels());

import { existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Config } from '../../../config/schema.ts';
import type { Check, CheckOutcome } from '../../../health/check.ts';
import type { ExecutionProvider } from '../../../contract/finding.ts';
import { elfMachine } from '../../../inference/native/elf-machine.ts';
import { runProgram, type RunProgram } from './run-program.ts';

type Accelerator = Exclude<ExecutionProvider, 'cpu'>;

/** Which package of JetPack brings a library, by the beginning of its name. */
const BROUGHT_BY: readonly (readonly [library: string, by: string])[] = [
  ['libnvdla_compiler', 'nvidia-l4t-dla-compiler; JetPack 7.2 has none: use a TensorRT built for it'],
  ['libcudart', 'cuda-cudart-* of this JetPack'],
  ['libcublas', 'libcublas-* of this JetPack'],
  ['libcudnn', 'libcudnn9-cuda-* of this JetPack'],
  ['libcufft', 'libcufft-* of this JetPack'],
  ['libcurand', 'libcurand-* of this JetPack'],
  ['libnvrtc', 'cuda-nvrtc-* of this JetPack'],
  ['libnvinfer', 'libnvinfer10 and libnvinfer-plugin10 (libnvinfer8 on JetPack 6.0)'],
  ['libnvonnxparser', 'libnvonnxparsers10 (libnvonnxparsers8 on JetPack 6.0)'],
  ['libcuda.', 'nvidia-l4t-cuda'],
  ['libnv', 'nvidia-l4t-core'],
];
const MAX_NAMED = 6;

/**
 * Whether everything that the configured accelerators load exists: the providers next to `models.runtimeLibrary`, and
 * the libraries they are linked to, as the system's loader finds them. No checks without such a library.
 */
export function libraryChecks(models: Config['models'], ask: RunProgram = runProgram): Check[] {
  const { runtimeLibrary, executionProviders } = models;
  if (runtimeLibrary === undefined) return [];
  const accelerators = executionProviders.filter((provider) => provider !== 'cpu');
  return accelerators.map((provider) => ({
    name: `libraries ${provider}`,
    run: async () => {
      const outcome = await checkLibraries(runtimeLibrary, provider, ask);
      // The rest of the list serves: a missing library causes a fallback, not a standstill.
      const isServed = models.degradedAllowed && executionProviders.at(-1) !== provider;
      return outcome.state === 'failed' && isServed ? { ...outcome, state: 'degraded' } : outcome;
    },
  }));
}

async function checkLibraries(
  runtimeLibrary: string,
  provider: Accelerator,
  ask: RunProgram,
): Promise<CheckOutcome> {
  const folder = dirname(runtimeLibrary);
  const files = [
    runtimeLibrary,
    ...['shared', provider].map((name) => join(folder, `libonnxruntime_providers_${name}.so`)),
  ];
  const unusable = files.flatMap((file) => libraryFault(file) ?? []);
  if (unusable.length > 0) {
    const message = `${unusable.join(', ')}. Take the libraries in again: import-runtime.sh --from WHEEL`;
    return { state: 'failed', message };
  }
  const answers = await Promise.all(files.map((file) => ask('ldd', file)));
  if (answers.includes(null))
    return {
      state: 'degraded',
      message: 'The dependencies of these libraries are unknown: ldd does not answer.',
    };
  const missing = [...new Set(answers.flatMap((answer) => missingIn(answer ?? '')))].toSorted();
  if (missing.length === 0)
    return {
      state: 'ok',
      message: `${files.length} libraries in ${folder}, and all that they are linked to.`,
    };
  const more = missing.length > MAX_NAMED ? ` and ${missing.length - MAX_NAMED} more` : '';
  return {
    state: 'failed',
    message: `Missing: ${missing.slice(0, MAX_NAMED).map(withSource).join('; ')}${more}. Install it from JetPack's packages, then run ldconfig.`,
  };
}

/** Why a library cannot be loaded here; null if nothing is wrong with it. A container leaves an empty file if the host has none. */
export function libraryFault(file: string): string | null {
  if (!existsSync(file)) return `${file} is missing`;
  if (statSync(file).size === 0) return `${file} is empty`;
  const machine = elfMachine(file);
  return machine === process.arch
    ? null
    : `${file} is for ${machine ?? 'no machine'}, this is ${process.arch}`;
}

/** ldd(1): `libcudnn.so.9 => not found`, for what is needed directly and by what is needed. */
function missingIn(answer: string): readonly string[] {
  return [...answer.matchAll(/^\s*(\S+) => not found/gm)].map(([, library = '']) => library);
}

function withSource(library: string): string {
  const by = BROUGHT_BY.find(([beginning]) => library.startsWith(beginning))?.[1];
  return by === undefined ? library : `${library} (${by})`;
}

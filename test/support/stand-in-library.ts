import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A behaviour of the stand-in for one execution provider, as `<behaviour>-<provider>`. */
type Behaviour =
  `${'without' | 'missing' | 'away' | 'other-options' | 'none' | 'wrong' | `${'hang' | 'abort' | 'throw'}-${'load' | 'build' | 'run'}`}-${'tensorrt' | 'cuda' | 'cpu'}`;

/** A `libonnxruntime.so.1` that supports only the tiny model, and records the calls of TensorRT and CUDA. */
export interface StandInLibrary {
  readonly path: string;
  /** Sets its behaviour from now on, in every process that has loaded it. */
  behave(...behaviours: readonly Behaviour[]): void;
  /** The calls so far, one line each. */
  recorded(): readonly string[];
}

/** Compiles the stand-in of ONNX Runtime 1.`minor` into a new folder below `parent`, in a second. Needs a C compiler. */
export function compileStandIn(minor = 24, parent = tmpdir()): StandInLibrary {
  const folder = mkdtempSync(join(parent, 'bonewatch-stand-in-'));
  const path = join(folder, 'libonnxruntime.so.1');
  const source = fileURLToPath(new URL('./stand-in/onnxruntime.c', import.meta.url));
  execFileSync('cc', [
    '-shared',
    '-fPIC',
    '-O1',
    '-Wall',
    '-Werror',
    `-DMINOR=${minor}`,
    '-o',
    path,
    source,
    '-ldl',
  ]);
  const record = join(folder, 'record.txt');
  return {
    path,
    behave(...behaviours) {
      writeFileSync(join(folder, 'behaviour.txt'), behaviours.join('\n'));
    },
    recorded() {
      return existsSync(record) ? readFileSync(record, 'utf8').trim().split('\n') : [];
    },
  };
}

import { BonewatchError } from '../../contract/errors.ts';
import { toSentence } from '../../contract/sentence.ts';
import type { OutputTensor } from '../engine.ts';
import { addressOf, bytesAt, type OrtCalls, type Pointer } from './native-library.ts';
import { plainReason } from './plain-reason.ts';
import { created, OrtFailure, requireOk, type OrtRuntime } from './ort-runtime.ts';
import { pointerArray, textArray } from './session-options.ts';

export interface RunnableSession {
  readonly session: Pointer;
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
}

/** `ONNXTensorElementDataType`. */
const [FLOAT32, INT32, INT64] = [1, 6, 7] as const;
/** `OrtArenaAllocator`, `OrtMemTypeDefault`. */
const [ARENA_ALLOCATOR, DEFAULT_MEMORY] = [1, 0] as const;

/**
 * Runs the session with its one input, on another thread; returns every output as float32, copied from ONNX Runtime's
 * memory. Throws INFERENCE_FAILED with ONNX Runtime's reason, MODEL_INVALID for an output of another type.
 */
export async function runSession(
  { library }: OrtRuntime,
  { session, inputNames, outputNames }: RunnableSession,
  input: { readonly values: Float32Array; readonly dims: readonly number[] },
): Promise<Readonly<Record<string, OutputTensor>>> {
  const { calls } = library;
  const inNames = textArray(inputNames.slice(0, 1));
  const outNames = textArray(outputNames);
  const outs = pointerArray(outputNames.map(() => 0n));
  try {
    const value = inputValue(calls, input);
    try {
      const ins = pointerArray([value]);
      const status = await library.callAside(
        'Run',
        [session, null, inNames.pointers, ins, 1, outNames.pointers, outputNames.length, outs],
        [input.values, inNames.texts, outNames.texts],
      );
      requireOk(calls, status);
    } finally {
      calls.ReleaseValue(value);
    }
    return Object.fromEntries(
      outputNames.map((name, index) => [name, outputOf(calls, name, outs.readBigUInt64LE(index * 8))]),
    );
  } catch (cause) {
    if (!(cause instanceof OrtFailure)) throw cause;
    throw new BonewatchError('INFERENCE_FAILED', toSentence(plainReason(cause.message)), { cause });
  } finally {
    for (let index = 0; index < outputNames.length; index += 1) {
      const out = outs.readBigUInt64LE(index * 8);
      if (out !== 0n) calls.ReleaseValue(out);
    }
  }
}

function inputValue(
  calls: OrtCalls,
  { values, dims }: { readonly values: Float32Array; readonly dims: readonly number[] },
): Pointer {
  const memory = created(calls, (out) => calls.CreateCpuMemoryInfo(ARENA_ALLOCATOR, DEFAULT_MEMORY, out));
  try {
    const shape = Buffer.alloc(dims.length * 8);
    dims.forEach((size, index) => shape.writeBigInt64LE(BigInt(size), index * 8));
    return created(calls, (out) =>
      calls.CreateTensorWithDataAsOrtValue(
        memory,
        addressOf(values),
        values.byteLength,
        shape,
        dims.length,
        FLOAT32,
        out,
      ),
    );
  } finally {
    calls.ReleaseMemoryInfo(memory);
  }
}

function outputOf(calls: OrtCalls, name: string, value: Pointer): OutputTensor {
  const { type, dims } = shapeOf(calls, value);
  const data = created(calls, (out) => calls.GetTensorMutableData(value, out));
  const count = dims.reduce((product, size) => product * size, 1);
  const copy = (bytesEach: number): ArrayBuffer => bytesAt(data, count * bytesEach).buffer;
  if (type === FLOAT32) return { dims, values: new Float32Array(copy(4)) };
  // Classes and counts, which float32 represents exactly.
  if (type === INT64) return { dims, values: Float32Array.from(new BigInt64Array(copy(8)), Number) };
  if (type === INT32) return { dims, values: Float32Array.from(new Int32Array(copy(4))) };
  throw new BonewatchError(
    'MODEL_INVALID',
    `Output ${name} has ONNX element type ${type}, expected float32, int64 or int32.`,
  );
}

function shapeOf(
  calls: OrtCalls,
  value: Pointer,
): { readonly type: number; readonly dims: readonly number[] } {
  const info = created(calls, (out) => calls.GetTensorTypeAndShape(value, out));
  try {
    const type = Buffer.alloc(4);
    requireOk(calls, calls.GetTensorElementType(info, type));
    const rank = Number(created(calls, (out) => calls.GetDimensionsCount(info, out)));
    const sizes = Buffer.alloc(Math.max(1, rank) * 8);
    requireOk(calls, calls.GetDimensions(info, sizes, rank));
    const dims = Array.from({ length: rank }, (_, index) => Number(sizes.readBigInt64LE(index * 8)));
    return { type: type.readInt32LE(), dims };
  } finally {
    calls.ReleaseTensorTypeAndShapeInfo(info);
  }
}

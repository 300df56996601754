import { addressOf, textAt, type OrtCalls, type Pointer } from './native-library.ts';
import { NODE_ASSIGNMENT_API_VERSION } from './ort-functions.ts';
import { created, OrtFailure, requireOk, type OrtRuntime } from './ort-runtime.ts';
import { optionFaults, parseOptions, type ProviderOptions } from './provider-options.ts';

/** The settings of a session. */
export interface SessionWish {
  readonly provider: 'tensorrt' | 'cuda' | 'cpu';
  readonly providerOptions: ProviderOptions;
  /** Session configuration entries, by ONNX Runtime's names. */
  readonly config: Readonly<Record<string, string>>;
  /** 0: one per core. */
  readonly threads: number;
}

export interface SessionOptions extends Disposable {
  readonly pointer: Pointer;
  /** The provider's options as merged by ONNX Runtime; empty for the CPU. */
  readonly effective: ProviderOptions;
}

const LOG_LEVEL_ERROR = 3;

/**
 * Creates session options with exactly one execution provider before the CPU's.
 * Throws OrtFailure where the provider's library does not load, or an option is rejected or read back differently.
 */
export function createSessionOptions(runtime: OrtRuntime, wish: SessionWish): SessionOptions {
  const { calls, apiVersion } = runtime.library;
  const pointer = created(calls, (out) => calls.CreateSessionOptions(out));
  try {
    requireOk(calls, calls.SetSessionLogSeverityLevel(pointer, LOG_LEVEL_ERROR));
    if (wish.threads > 0) requireOk(calls, calls.SetIntraOpNumThreads(pointer, wish.threads));
    for (const [key, value] of Object.entries(configOf(wish, apiVersion))) {
      requireOk(calls, calls.AddSessionConfigEntry(pointer, key, value));
    }
    const effective = wish.provider === 'cpu' ? {} : appendProvider(runtime, pointer, wish);
    return { pointer, effective, [Symbol.dispose]: () => calls.ReleaseSessionOptions(pointer) };
  } catch (error) {
    calls.ReleaseSessionOptions(pointer);
    throw error;
  }
}

function configOf(wish: SessionWish, apiVersion: number): Readonly<Record<string, string>> {
  const recordsAssignment = apiVersion >= NODE_ASSIGNMENT_API_VERSION;
  return {
    ...(recordsAssignment ? { 'session.record_ep_graph_assignment_info': '1' } : {}),
    ...wish.config,
  };
}

interface OptionCalls {
  readonly name: string;
  readonly create: (out: Buffer) => Pointer | null;
  readonly update: (options: Pointer, keys: Buffer, values: Buffer, count: number) => Pointer | null;
  readonly asText: (options: Pointer, allocator: Pointer, out: Buffer) => Pointer | null;
  readonly append: (session: Pointer, options: Pointer) => Pointer | null;
  readonly release: (options: Pointer) => void;
}

function appendProvider(runtime: OrtRuntime, session: Pointer, wish: SessionWish): ProviderOptions {
  const { calls } = runtime.library;
  const provider = wish.provider === 'tensorrt' ? tensorrtCalls(calls) : cudaCalls(calls);
  if (!runtime.providers.includes(provider.name)) {
    throw new OrtFailure(0, `this build of ONNX Runtime has no ${provider.name}`);
  }
  const options = created(calls, provider.create);
  try {
    const keys = textArray(Object.keys(wish.providerOptions));
    const values = textArray(Object.values(wish.providerOptions));
    requireOk(calls, provider.update(options, keys.pointers, values.pointers, keys.texts.length));
    const effective = readOptions(calls, provider, options);
    const faults = optionFaults(wish.providerOptions, effective);
    if (faults.length > 0) {
      throw new OrtFailure(0, `${provider.name} took other options: ${faults.join('; ')}`);
    }
    requireOk(calls, provider.append(session, options));
    return effective;
  } finally {
    provider.release(options);
  }
}

function readOptions(calls: OrtCalls, provider: OptionCalls, options: Pointer): ProviderOptions {
  const allocator = created(calls, (out) => calls.GetAllocatorWithDefaultOptions(out));
  const text = created(calls, (out) => provider.asText(options, allocator, out));
  const parsed = parseOptions(textAt(text));
  requireOk(calls, calls.AllocatorFree(allocator, text));
  return parsed;
}

function tensorrtCalls(calls: OrtCalls): OptionCalls {
  return {
    name: 'TensorrtExecutionProvider',
    create: calls.CreateTensorRTProviderOptions,
    update: calls.UpdateTensorRTProviderOptions,
    asText: calls.GetTensorRTProviderOptionsAsString,
    append: calls.SessionOptionsAppendExecutionProvider_TensorRT_V2,
    release: calls.ReleaseTensorRTProviderOptions,
  };
}

function cudaCalls(calls: OrtCalls): OptionCalls {
  return {
    name: 'CUDAExecutionProvider',
    create: calls.CreateCUDAProviderOptions,
    update: calls.UpdateCUDAProviderOptions,
    asText: calls.GetCUDAProviderOptionsAsString,
    append: calls.SessionOptionsAppendExecutionProvider_CUDA_V2,
    release: calls.ReleaseCUDAProviderOptions,
  };
}

/** C strings and the array of their addresses; `texts` holds references to them. */
export interface TextArray {
  readonly texts: readonly Buffer[];
  readonly pointers: Buffer;
}

export function textArray(values: readonly string[]): TextArray {
  const texts = values.map((value) => Buffer.from(`${value}\0`));
  return { texts, pointers: pointerArray(texts.map(addressOf)) };
}

/** A C array of addresses. */
export function pointerArray(pointers: readonly Pointer[]): Buffer {
  const bytes = Buffer.alloc(Math.max(1, pointers.length) * 8);
  pointers.forEach((pointer, index) => bytes.writeBigUInt64LE(pointer, index * 8));
  return bytes;
}

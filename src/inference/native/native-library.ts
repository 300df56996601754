import koffi from 'koffi';
import { BonewatchError } from '../../contract/errors.ts';
import { toClause } from '../../contract/sentence.ts';
import { elfMachine } from './elf-machine.ts';
import { ORT_FUNCTIONS, type NativeType, type OrtFunction, type OrtFunctionName } from './ort-functions.ts';

/** An address in the process's memory. */
export type Pointer = bigint;

interface Arguments {
  readonly int: number;
  readonly size: number;
  readonly text: string;
  readonly pointer: Pointer | Buffer | null;
}

interface Results {
  readonly status: Pointer | null;
  readonly pointer: Pointer | null;
  readonly int: number;
  readonly text: string;
  readonly nothing: undefined;
}

type ArgumentsOf<T extends readonly NativeType[]> = { [I in keyof T]: Arguments[T[I]] };
type CallOf<F extends OrtFunction> = (...values: ArgumentsOf<F['takes']>) => Results[F['gives']];

/** The functions of `OrtApi`, by name; those newer than the library are missing. */
export type OrtCalls = { readonly [Name in OrtFunctionName]: CallOf<(typeof ORT_FUNCTIONS)[Name]> };

export interface NativeLibrary {
  readonly version: string;
  /** The minor version, which is the API version of this library. */
  readonly apiVersion: number;
  readonly calls: OrtCalls;
  /** Calls on another thread. `buffers`: all memory that the call uses by address, referenced until it returns. */
  callAside<Name extends OrtFunctionName>(
    name: Name,
    values: Parameters<OrtCalls[Name]>,
    buffers: readonly unknown[],
  ): Promise<ReturnType<OrtCalls[Name]>>;
}

const KOFFI_TYPES = {
  int: 'int',
  size: 'size_t',
  text: 'str',
  pointer: 'void *',
  status: 'void *',
  nothing: 'void',
} as const;
const POINTER_BYTES = 8;
/** TensorRT's builder and ONNX Runtime recurse deeply; koffi's default stack of 128 kB overflows. */
const ASIDE_STACK_BYTES = 8 * 1024 * 1024;

/**
 * Loads a `libonnxruntime.so.1` and resolves its functions. Only the version is called; see `openRuntime`.
 * A wrong declaration or another library may crash the process: use it in the inference process only.
 * Throws RUNTIME_LIBRARY_UNUSABLE: missing, for another machine, not ONNX Runtime, too old.
 */
export function loadNativeLibrary(path: string, minApiVersion: number): NativeLibrary {
  requireMachine(path);
  configureOnce();
  const base = baseOf(path);
  const version = decoded(base, POINTER_BYTES, 'str', [])() as string;
  const apiVersion = Number(/^1\.(\d+)\./.exec(version)?.[1]);
  if (!(apiVersion >= minApiVersion)) {
    throw unusable(
      `${path} is ONNX Runtime ${version}; 1.${minApiVersion} or a later 1.x is required.`,
      null,
    );
  }
  const table = decoded(base, 0, 'void *', ['uint32_t'])(apiVersion) as Pointer | null;
  if (table === null) throw unusable(`${path} (${version}) does not provide its API.`, null);

  const functions = functionsOf(table, apiVersion);
  return {
    version,
    apiVersion,
    calls: Object.fromEntries(functions) as unknown as OrtCalls,
    callAside: createCallAside(functions),
  };
}

type Functions = ReadonlyMap<string, Decoded>;

function functionsOf(table: Pointer, apiVersion: number): Functions {
  const available = Object.entries<OrtFunction>(ORT_FUNCTIONS).filter(
    ([, { since = 0 }]) => since <= apiVersion,
  );
  return new Map(
    available.map(([name, { at, gives, takes }]) => {
      const argumentTypes = takes.map((type) => KOFFI_TYPES[type]);
      return [name, decoded(table, at * POINTER_BYTES, KOFFI_TYPES[gives], argumentTypes)];
    }),
  );
}

function createCallAside(functions: Functions): NativeLibrary['callAside'] {
  const inFlight = new Set<unknown>();
  return (name, values, buffers) =>
    new Promise((resolve, reject) => {
      const referenced = [values, buffers];
      inFlight.add(referenced);
      functions.get(name)?.async(...values, (error: Error | null, result: never) => {
        inFlight.delete(referenced);
        if (error) reject(error);
        else resolve(result);
      });
    });
}

/** The address of a buffer's bytes. The buffer must be referenced as long as the address is used. */
export function addressOf(bytes: Buffer | Float32Array): Pointer {
  return koffi.address(bytes);
}

/** The NUL-terminated text at an address. */
export function textAt(address: Pointer): string {
  return koffi.decode.string(address);
}

/** The pointer stored at an address. */
export function pointerAt(address: Pointer, index: number): Pointer {
  return bytesAt(address + BigInt(index * POINTER_BYTES), POINTER_BYTES).readBigUInt64LE();
}

/** A copy of `size` bytes at an address. */
export function bytesAt(address: Pointer, size: number): Buffer<ArrayBuffer> {
  const copy = Buffer.from(new ArrayBuffer(size));
  if (size > 0) copyBytes()(copy, address, size);
  return copy;
}

type Decoded = ReturnType<ReturnType<typeof koffi.load>['func']>;

function decoded(address: Pointer, offset: number, gives: string, takes: readonly string[]): Decoded {
  return koffi.decode(koffi.decode(address, offset, 'void *'), koffi.proto(gives, [...takes])) as Decoded;
}

let memcpy: ((to: Buffer, from: Pointer, size: number) => unknown) | undefined;

function copyBytes(): NonNullable<typeof memcpy> {
  memcpy ??= koffi.load(null).func('void *memcpy(void *to, void *from, size_t size)');
  return memcpy;
}

let isConfigured = false;

function configureOnce(): void {
  if (isConfigured) return;
  koffi.config({ async_stack_size: ASIDE_STACK_BYTES, resident_async_pools: 1 });
  isConfigured = true;
}

/** koffi unloads a library once its object is garbage collected, although addresses in it are still used. */
const loadedLibraries = new Set<ReturnType<typeof koffi.load>>();

function baseOf(path: string): Pointer {
  try {
    const library = koffi.load(path);
    const base: unknown = library.func('OrtGetApiBase', 'void *', [])();
    loadedLibraries.add(library);
    if (typeof base === 'bigint') return base;
  } catch (cause) {
    throw unusable(`${path} is not an ONNX Runtime library: ${messageOf(cause)}.`, cause);
  }
  throw unusable(`${path} provides no ONNX Runtime API.`, null);
}

function requireMachine(path: string): void {
  let machine: string | null;
  try {
    machine = elfMachine(path);
  } catch (cause) {
    throw unusable(`${path} cannot be read: ${messageOf(cause)}.`, cause);
  }
  if (machine === null) throw unusable(`${path} is not a shared library.`, null);
  if (machine !== process.arch) {
    throw unusable(`${path} is built for ${machine}; this machine is ${process.arch}.`, null);
  }
}

function messageOf(cause: unknown): string {
  return toClause(cause instanceof Error ? cause.message : String(cause));
}

function unusable(message: string, cause: unknown): BonewatchError {
  return new BonewatchError('RUNTIME_LIBRARY_UNUSABLE', message, { cause });
}

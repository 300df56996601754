import { BonewatchError } from '../../contract/errors.ts';
import { toClause } from '../../contract/sentence.ts';
import {
  addressOf,
  loadNativeLibrary,
  pointerAt,
  textAt,
  type NativeLibrary,
  type OrtCalls,
  type Pointer,
} from './native-library.ts';
import { MIN_API_VERSION } from './ort-functions.ts';

/** A loaded ONNX Runtime whose declared functions were verified. */
export interface OrtRuntime extends Disposable {
  readonly library: NativeLibrary;
  readonly version: string;
  readonly buildInfo: string;
  /** ONNX Runtime's names, such as `TensorrtExecutionProvider`: included in the build, but they may not load. */
  readonly providers: readonly string[];
  readonly environment: Pointer;
}

/** The error of an ONNX Runtime call; the caller maps it to a named failure. */
export class OrtFailure extends Error {
  readonly ortCode: number;

  constructor(ortCode: number, message: string) {
    super(message);
    this.name = 'OrtFailure';
    this.ortCode = ortCode;
  }
}

/** `ORT_INVALID_ARGUMENT`; any code would work. */
const PROBE_CODE = 2;
const PROBE_TEXT = 'bonewatch';
const LOG_LEVEL_ERROR = 3;
const LOG_ID = 'bonewatch';

/**
 * Loads the library and verifies the declared positions by calls without side effects: a status that returns its
 * code and text, the build's description, the list of execution providers, a configuration entry read back.
 * Throws RUNTIME_LIBRARY_UNUSABLE.
 */
export function openRuntime(path: string): OrtRuntime {
  const library = loadNativeLibrary(path, MIN_API_VERSION);
  const { calls, version } = library;
  try {
    requireStatusRoundTrip(calls);
    const buildInfo = calls.GetBuildInfoString();
    require(/^ORT Build Info/.test(buildInfo), 'its build description');
    const environment = created(calls, (out) => calls.CreateEnv(LOG_LEVEL_ERROR, LOG_ID, out));
    const providers = availableProviders(calls);
    require(providers.includes('CPUExecutionProvider'), 'its execution providers');
    requireConfigRoundTrip(calls);
    return {
      library,
      version,
      buildInfo,
      providers,
      environment,
      [Symbol.dispose]: () => calls.ReleaseEnv(environment),
    };
  } catch (cause) {
    if (!(cause instanceof OrtFailure)) throw cause;
    throw new BonewatchError(
      'RUNTIME_LIBRARY_UNUSABLE',
      `${path} (${version}) cannot be used: ${toClause(cause.message)}.`,
      { cause },
    );
  }
}

/** Throws the error of a status and frees it. */
export function requireOk(calls: OrtCalls, status: Pointer | null): void {
  if (status === null) return;
  const failure = new OrtFailure(calls.GetErrorCode(status), calls.GetErrorMessage(status).trim());
  calls.ReleaseStatus(status);
  throw failure;
}

/** The pointer that a call writes to its last parameter. */
export function created(calls: OrtCalls, call: (out: Buffer) => Pointer | null): Pointer {
  const out = Buffer.alloc(8);
  requireOk(calls, call(out));
  return out.readBigUInt64LE();
}

function requireStatusRoundTrip(calls: OrtCalls): void {
  const status = calls.CreateStatus(PROBE_CODE, PROBE_TEXT);
  require(status !== null, 'a status');
  require(calls.GetErrorCode(status) === PROBE_CODE, 'the code of a status');
  require(calls.GetErrorMessage(status) === PROBE_TEXT, 'the text of a status');
  calls.ReleaseStatus(status);
}

function requireConfigRoundTrip(calls: OrtCalls): void {
  const options = created(calls, (out) => calls.CreateSessionOptions(out));
  try {
    requireOk(calls, calls.AddSessionConfigEntry(options, 'bonewatch.probe', PROBE_TEXT));
    require(readConfigEntry(calls, options, 'bonewatch.probe') ===
      PROBE_TEXT, 'a session configuration entry');
  } finally {
    calls.ReleaseSessionOptions(options);
  }
}

/** A session configuration entry as ONNX Runtime returns it. */
function readConfigEntry(calls: OrtCalls, options: Pointer, key: string): string {
  const size = Buffer.alloc(8);
  requireOk(calls, calls.GetSessionConfigEntry(options, key, null, size));
  const text = Buffer.alloc(Number(size.readBigUInt64LE()));
  requireOk(calls, calls.GetSessionConfigEntry(options, key, text, size));
  return textAt(addressOf(text));
}

function availableProviders(calls: OrtCalls): string[] {
  const [list, count] = [Buffer.alloc(8), Buffer.alloc(4)];
  requireOk(calls, calls.GetAvailableProviders(list, count));
  const [names, length] = [list.readBigUInt64LE(), count.readInt32LE()];
  const providers = Array.from({ length }, (_, index) => textAt(pointerAt(names, index)));
  requireOk(calls, calls.ReleaseAvailableProviders(names, length));
  return providers;
}

function require(isAsExpected: boolean, what: string): asserts isAsExpected {
  if (!isAsExpected) {
    throw new OrtFailure(0, `does not behave as ONNX Runtime: ${what} is not what was expected`);
  }
}

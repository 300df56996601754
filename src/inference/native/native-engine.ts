import { BonewatchError } from '../../contract/errors.ts';
import type { Engine } from '../engine.ts';
import { textAt, type OrtCalls, type Pointer } from './native-library.ts';
import { plainReason } from './plain-reason.ts';
import { readAssignment, type Assignment } from './node-assignment.ts';
import { NODE_ASSIGNMENT_API_VERSION } from './ort-functions.ts';
import { created, openRuntime, OrtFailure, requireOk, type OrtRuntime } from './ort-runtime.ts';
import { profileFirstRun, type FirstRunProfile } from './profile-first-run.ts';
import type { ProviderOptions } from './provider-options.ts';
import { runSession } from './run-session.ts';
import { createSessionOptions, type SessionOptions, type SessionWish } from './session-options.ts';

/** An engine on the configured `libonnxruntime.so.1`, and the facts about it. */
export interface NativeEngine extends Engine {
  readonly libraryVersion: string;
  /** The provider's options as ONNX Runtime merged them. */
  readonly providerOptions: ProviderOptions;
  /** Which execution provider got which nodes; null where the library does not report it. */
  readonly assignment: readonly Assignment[] | null;
}

export interface NativeEngineOptions extends Omit<SessionWish, 'config'> {
  /** Path of the `libonnxruntime.so.1`; its providers' libraries are in the same folder. */
  readonly library: string;
  readonly config?: Readonly<Record<string, string>>;
}

/**
 * Opens a model on exactly one execution provider of a native ONNX Runtime. Loading and running happen on another
 * thread, so the process can report its progress; only killing the process stops either.
 * Throws RUNTIME_LIBRARY_UNUSABLE; EXECUTION_PROVIDER_UNAVAILABLE where the provider's libraries do not load or it
 * can run no part of the model (with a library before 1.24: at the first run); GPU_UNREACHABLE where they load but no
 * GPU responds; EXECUTION_PROVIDER_FAILED where it loads but the model does not; on the CPU MODEL_INVALID. Runs throw
 * INFERENCE_FAILED.
 */
export async function openNativeEngine(path: string, options: NativeEngineOptions): Promise<NativeEngine> {
  const runtime = openRuntime(options.library);
  const { calls } = runtime.library;
  let session: Pointer | null = null;
  let profile: FirstRunProfile | null = null;
  try {
    using sessionOptions = sessionOptionsOf(runtime, options);
    const reportsAssignment = runtime.library.apiVersion >= NODE_ASSIGNMENT_API_VERSION;
    if (options.provider !== 'cpu' && !reportsAssignment)
      profile = profileFirstRun(calls, sessionOptions.pointer);
    session = await createSession(runtime, path, sessionOptions, options.provider);
    const assignment = readAssignment(runtime, session);
    if (assignment !== null) {
      const takers = assignment.map((part) => part.provider);
      requireAccelerated(takers, options.provider);
    }
    const { effective } = sessionOptions;
    return engineOf({ runtime, session, profile, assignment, effective, provider: options.provider });
  } catch (error) {
    if (session !== null) calls.ReleaseSession(session);
    profile?.[Symbol.dispose]();
    runtime[Symbol.dispose]();
    throw error;
  }
}

interface OpenedSession {
  readonly runtime: OrtRuntime;
  readonly session: Pointer;
  /** Profile of the first run, where no other source shows which providers are used. */
  readonly profile: FirstRunProfile | null;
  readonly assignment: readonly Assignment[] | null;
  /** The provider's options as ONNX Runtime merged them. */
  readonly effective: ProviderOptions;
  readonly provider: SessionWish['provider'];
}

function engineOf({
  runtime,
  session,
  profile,
  assignment,
  effective,
  provider,
}: OpenedSession): NativeEngine {
  const { calls } = runtime.library;
  const [inputNames, outputNames] = [inputNamesOf(calls, session), outputNamesOf(calls, session)];
  let pendingProfile = profile;
  return {
    inputNames,
    outputNames,
    libraryVersion: runtime.version,
    providerOptions: effective,
    assignment,
    async run(values, dims) {
      const outputs = await runSession(runtime, { session, inputNames, outputNames }, { values, dims });
      const finished = pendingProfile;
      pendingProfile = null;
      if (finished !== null) requireAccelerated(finished.end(session), provider);
      return outputs;
    },
    [Symbol.asyncDispose]() {
      pendingProfile?.[Symbol.dispose]();
      calls.ReleaseSession(session);
      runtime[Symbol.dispose]();
      return Promise.resolve();
    },
  };
}

function sessionOptionsOf(runtime: OrtRuntime, options: NativeEngineOptions): SessionOptions {
  try {
    return createSessionOptions(runtime, { config: {}, ...options });
  } catch (cause) {
    throw named(cause, options.provider, 'EXECUTION_PROVIDER_UNAVAILABLE');
  }
}

async function createSession(
  { library, environment }: OrtRuntime,
  path: string,
  options: SessionOptions,
  provider: SessionWish['provider'],
): Promise<Pointer> {
  const out = Buffer.alloc(8);
  const status = await library.callAside('CreateSession', [environment, path, options.pointer, out], []);
  try {
    requireOk(library.calls, status);
  } catch (cause) {
    throw named(cause, provider, 'EXECUTION_PROVIDER_FAILED');
  }
  return out.readBigUInt64LE();
}

/** A provider without a node would run everything on the CPU. */
function requireAccelerated(takers: readonly string[], provider: SessionWish['provider']): void {
  if (provider === 'cpu' || takers.some((taker) => taker !== 'CPUExecutionProvider')) return;
  throw new BonewatchError(
    'EXECUTION_PROVIDER_UNAVAILABLE',
    `${provider} can run no part of the model; all of it would run on the CPU.`,
  );
}

function named(
  cause: unknown,
  provider: SessionWish['provider'],
  code: 'EXECUTION_PROVIDER_UNAVAILABLE' | 'EXECUTION_PROVIDER_FAILED',
): unknown {
  if (!(cause instanceof OrtFailure)) return cause;
  const reason = plainReason(cause.message);
  if (provider === 'cpu') {
    return new BonewatchError('MODEL_INVALID', `ONNX Runtime rejected the model: ${reason}.`, { cause });
  }
  const isUnreachable = NO_DEVICE.test(reason);
  return new BonewatchError(
    isUnreachable ? 'GPU_UNREACHABLE' : code,
    `${provider} cannot be used: ${reason}.`,
    {
      cause,
    },
  );
}

/** No device, invalid device, devices or system not ready: CUDA errors after which a GPU may still appear. */
const NO_DEVICE = /^CUDA failure (?:46|100|101|802):/;

function inputNamesOf(calls: OrtCalls, session: Pointer): string[] {
  return namesOf(calls, session, {
    count: calls.SessionGetInputCount,
    name: calls.SessionGetInputName,
  });
}

function outputNamesOf(calls: OrtCalls, session: Pointer): string[] {
  return namesOf(calls, session, {
    count: calls.SessionGetOutputCount,
    name: calls.SessionGetOutputName,
  });
}

function namesOf(
  calls: OrtCalls,
  session: Pointer,
  of: { readonly count: OrtCalls['SessionGetInputCount']; readonly name: OrtCalls['SessionGetInputName'] },
): string[] {
  const allocator = created(calls, (out) => calls.GetAllocatorWithDefaultOptions(out));
  const length = Number(created(calls, (out) => of.count(session, out)));
  return Array.from({ length }, (_, index) => {
    const text = created(calls, (out) => of.name(session, index, allocator, out));
    const name = textAt(text);
    requireOk(calls, calls.AllocatorFree(allocator, text));
    return name;
  });
}

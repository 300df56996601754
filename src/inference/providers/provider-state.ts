import type { ProviderFault } from '../../contract/error-table/error-entry.ts';
import type { ExecutionProvider } from '../../contract/finding.ts';

/** `load`: no GPU answered, so that nothing was built. */
export type BuildFault = Extract<ProviderFault, 'missing' | 'load' | 'build'>;

/** Why a provider does not serve, and when it is tried again. */
export interface SetAside {
  readonly fault: ProviderFault;
  /** In words; may be logged and shown. */
  readonly reason: string;
  /** In a row, without a long time of service between. */
  readonly failures: number;
  /** Milliseconds of the clock; null: not before the next start. */
  readonly retryAt: number | null;
}

/** TensorRT's engine for the model at hand. */
export type EngineStage = 'unknown' | 'inspecting' | 'none' | 'building' | 'ready';

export interface ProviderState {
  /** Those that may serve, best first. */
  readonly wanted: readonly ExecutionProvider[];
  readonly serving: ExecutionProvider | null;
  readonly servingSince: number;
  /** The ones that are being opened and proven: at most one better than what serves, and the CPU. */
  readonly opening: readonly ExecutionProvider[];
  readonly engine: EngineStage;
  /** When the last build began. */
  readonly buildingSince: number;
  /** What a build took here the last time; null if none is known. */
  readonly usualBuildMs: number | null;
  /** Whether an engine was built since the last time TensorRT was set aside: a second build would end the same. */
  readonly hasBuilt: boolean;
  readonly setAside: Readonly<Partial<Record<ExecutionProvider, SetAside>>>;
  readonly hasServed: readonly ExecutionProvider[];
  /** Why no provider can help; nothing is tried any more. */
  readonly fatal: string | null;
}

export type ProviderEvent =
  | { readonly type: 'started' }
  | {
      readonly type: 'inspected';
      readonly engine: 'ready' | 'none' | 'damaged';
      readonly usualBuildMs?: number | null;
    }
  | { readonly type: 'built' }
  | { readonly type: 'build-failed'; readonly fault: BuildFault; readonly reason: string }
  | { readonly type: 'opened'; readonly provider: ExecutionProvider }
  | {
      readonly type: 'refused' | 'lost';
      readonly provider: ExecutionProvider;
      readonly fault: ProviderFault;
      readonly reason: string;
    }
  | { readonly type: 'model-refused'; readonly reason: string }
  | { readonly type: 'woken' };

/** What the driver does; every one but `close` and `quarantine` is answered by exactly one event. */
export type ProviderAction =
  | { readonly type: 'inspect' | 'build' | 'quarantine' }
  | { readonly type: 'open'; readonly provider: ExecutionProvider }
  | { readonly type: 'close'; readonly provider: ExecutionProvider };

export interface Step {
  readonly state: ProviderState;
  readonly actions: readonly ProviderAction[];
}

export function initialState(wanted: readonly ExecutionProvider[]): ProviderState {
  return {
    wanted,
    serving: null,
    servingSince: 0,
    opening: [],
    engine: 'unknown',
    buildingSince: 0,
    usualBuildMs: null,
    hasBuilt: false,
    setAside: {},
    hasServed: [],
    fatal: null,
  };
}

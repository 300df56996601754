import { isBonewatchError, type ErrorCode } from '../../contract/errors.ts';
import type { ProviderFault } from './provider-state.ts';

const FAULTS: Partial<Record<ErrorCode, ProviderFault>> = {
  EXECUTION_PROVIDER_UNAVAILABLE: 'missing',
  RUNTIME_LIBRARY_UNUSABLE: 'missing',
  MODEL_NOT_GATED: 'missing',
  GPU_UNREACHABLE: 'load',
  EXECUTION_PROVIDER_WRONG: 'wrong',
  ENGINE_CACHE_DAMAGED: 'engine',
  ENGINE_BUILD_FAILED: 'build',
  INFERENCE_CRASHED: 'crash',
  INFERENCE_TIMEOUT: 'hang',
  INFERENCE_FAILED: 'run',
};

/** What a named failure says of the provider it came from; a failure to load where it says nothing else. */
export function providerFault(error: unknown): ProviderFault {
  return (isBonewatchError(error) ? FAULTS[error.code] : undefined) ?? 'load';
}

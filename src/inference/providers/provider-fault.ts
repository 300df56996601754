import type { ProviderFault } from '../../contract/error-table/error-entry.ts';
import { ERROR_CODES, isBonewatchError, type BonewatchError } from '../../contract/errors.ts';
import { toClause } from '../../contract/sentence.ts';
import type { BuildFault } from './provider-state.ts';

/** The error table's fault for the provider that raised an error; `load` by default. */
export function providerFault(error: unknown): ProviderFault {
  return (isBonewatchError(error) ? ERROR_CODES[error.code].providerFault : undefined) ?? 'load';
}

/** A build that did not start is retried sooner than one that failed after minutes. */
export function buildFault(error: unknown): BuildFault {
  if (isBonewatchError(error, 'GPU_UNREACHABLE')) return 'load';
  return providerFault(error) === 'missing' ? 'missing' : 'build';
}

/** Whether the model itself is unusable, on any provider. */
export function isModelError(error: unknown): error is BonewatchError {
  return isBonewatchError(error, 'MODEL_INVALID') || isBonewatchError(error, 'MODEL_HASH_MISMATCH');
}

/** The reason of a failure as a clause, for the status and the log. */
export function reasonOf(error: unknown): string {
  return toClause(error instanceof Error ? error.message : String(error));
}

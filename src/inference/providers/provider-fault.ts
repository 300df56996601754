import type { ProviderFault } from '../../contract/error-table/error-entry.ts';
import { ERROR_CODES, isBonewatchError } from '../../contract/errors.ts';

/** What a named failure says of the provider it came from; a failure to load where it says nothing else. */
export function providerFault(error: unknown): ProviderFault {
  return (isBonewatchError(error) ? ERROR_CODES[error.code].providerFault : undefined) ?? 'load';
}

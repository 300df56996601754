import type { RetryPolicy } from './error-table/error-entry.ts';
import { ERROR_CODES, type ErrorCode } from './error-table.ts';

export { ERROR_CODES, type ErrorCode } from './error-table.ts';

/**
 * A named failure of the environment. A bug stays a plain `Error`, is never caught and ends the process.
 * The message never holds patient data: it may be logged, published and shown.
 */
export class BonewatchError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.name = 'BonewatchError';
    this.code = code;
  }

  get hint(): string {
    return ERROR_CODES[this.code].hint;
  }

  get retry(): RetryPolicy {
    return ERROR_CODES[this.code].retry;
  }
}

/** Whether a value is a named failure, of one given code if there is one. */
export function isBonewatchError(value: unknown, code?: ErrorCode): value is BonewatchError {
  return value instanceof BonewatchError && (code === undefined || value.code === code);
}

/** Whether a value is a failure of the database that may pass: STORE_FAILED, or STORE_LOCKED by another program. */
export function isStoreFailure(value: unknown): value is BonewatchError {
  return isBonewatchError(value, 'STORE_FAILED') || isBonewatchError(value, 'STORE_LOCKED');
}

export interface BackOff {
  readonly firstMs: number;
  readonly maxMs: number;
}

/**
 * Milliseconds to wait before the next retry: doubles from `firstMs` to `maxMs`; the upper half is random
 * (`random` 0…1), so that devices that lost the same broker do not all reconnect at once.
 */
export function backOffMs(failures: number, random: number, { firstMs, maxMs }: BackOff): number {
  const fullMs = Math.min(maxMs, firstMs * 2 ** Math.min(failures, 30));
  return fullMs / 2 + (fullMs / 2) * random;
}

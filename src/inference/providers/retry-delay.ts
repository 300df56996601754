import type { ExecutionProvider } from '../../contract/finding.ts';
import type { ProviderFault } from '../../contract/error-table/error-entry.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const RUN_TIME = { first: 5 * SECOND, longest: 10 * MINUTE };
/** Images wait for it, and no other provider is opened meanwhile. */
const LAST_RESORT = { first: SECOND, longest: MINUTE };
/** A build occupies the whole board for minutes. */
const SLOW: readonly ProviderFault[] = ['build', 'wrong', 'engine', 'missing'];
const BUILD = { first: 30 * MINUTE, longest: 6 * 60 * MINUTE };

/** Milliseconds until a provider is retried after its n-th consecutive failure: doubling, bounded. */
export function retryDelay(provider: ExecutionProvider, fault: ProviderFault, failures: number): number {
  const { first, longest } = delays(provider, fault);
  return Math.min(longest, first * 2 ** Math.min(30, failures - 1));
}

function delays(provider: ExecutionProvider, fault: ProviderFault): { first: number; longest: number } {
  if (provider === 'cpu') return LAST_RESORT;
  return SLOW.includes(fault) ? BUILD : RUN_TIME;
}

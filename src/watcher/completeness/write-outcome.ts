import type { ErrorCode } from '../../contract/errors.ts';
import type { Inspection } from '../../contract/radiograph.ts';
import type { WatcherLedger } from '../watcher-ledger.ts';

/** The outcome for a file; `unknown`: its inbox is unreachable, so the next scan starts over. */
export type Outcome =
  | { readonly type: 'ready'; readonly inspection: Inspection }
  | {
      readonly type: 'unreadable';
      readonly reason: { readonly code: ErrorCode; readonly message: string };
      /** Milliseconds since 1970; null: not before the file changes. */
      readonly retryAt: number | null;
    }
  | { readonly type: 'vanished' | 'unknown' };

export interface OutcomeDeps {
  readonly ledger: WatcherLedger;
  /** The ledger holds the file as ready. */
  readonly onReady: (arrivalId: number) => void;
}

/** Writes the outcome into the file's row. Throws STORE_FAILED. */
export function writeOutcome({ ledger, onReady }: OutcomeDeps, arrivalId: number, outcome: Outcome): void {
  switch (outcome.type) {
    case 'ready':
      if (ledger.markReady(arrivalId, outcome.inspection) === 'ready') onReady(arrivalId);
      return;
    case 'unreadable':
      ledger.markUnreadable(arrivalId, outcome.reason, outcome.retryAt);
      return;
    case 'vanished':
      ledger.markVanished(arrivalId);
      return;
    case 'unknown':
  }
}

import { buildTopic } from '../../../contract/topics.ts';
import type { WardFacts } from '../../../contract/api/ward.ts';
import type { BrokerClient } from '../../shared/mqtt/connect-broker.ts';

/** The receipts of a display: each states that a person can see a revision of an alert on it. */
export interface Receipts {
  /** The page has received a revision: confirms it now, or once the page is shown. */
  readonly receive: (alert: string, rev: number) => void;
  /** The alert has ended. */
  readonly end: (alert: string) => void;
  /** The page is shown again: confirms everything on it. */
  readonly confirmAll: () => void;
}

interface ReceiptDeps {
  readonly facts: WardFacts;
  readonly displayId: () => string;
  readonly isShown: () => boolean;
  readonly now: () => number;
  readonly broker: () => BrokerClient;
}

/** Creates the receipts of a display that shows one ward. */
export function createReceipts({ facts, displayId, isShown, now, broker }: ReceiptDeps): Receipts {
  const revs = new Map<string, number>();

  function confirm(alert: string, rev: number): void {
    const topic = buildTopic({ kind: 'receipt', site: facts.site.id, display: displayId() });
    const ts = new Date(now()).toISOString();
    const receipt = { schema: 'bonewatch.receipt/1', alert, rev, ward: facts.ward.id, ts };
    // Where the connection ends before, the next one brings the alert and its receipt again.
    void broker()
      .publish({ topic, payload: JSON.stringify(receipt), isRetained: false })
      .catch(() => undefined);
  }

  return {
    receive(alert, rev) {
      revs.set(alert, rev);
      if (isShown()) confirm(alert, rev);
    },
    end: (alert) => void revs.delete(alert),
    confirmAll() {
      for (const [alert, rev] of revs) confirm(alert, rev);
    },
  };
}

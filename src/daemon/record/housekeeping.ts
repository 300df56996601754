import type { Clock } from '../../contract/clock.ts';
import { isStoreFailure } from '../../contract/errors.ts';
import type { Delivery } from '../../publish/deliver-outbox.ts';
import type { Store } from '../../store/open-store.ts';
import type { ReportTrouble } from '../alarms/trouble-reporter.ts';
import type { Pipeline } from '../pipeline.ts';

export interface HousekeepingDeps {
  readonly store: Store;
  readonly delivery: Pick<Delivery, 'wake'>;
  readonly pipeline: Pick<Pipeline, 'wake'>;
  readonly reportTrouble: ReportTrouble;
  readonly clock: Clock;
}

const INTERVAL_MS = 1000;
const MAX_DELIVERED_AGE_MS = 24 * 60 * 60_000;

/** Every second: removes old outbox rows, and wakes delivery and pipeline for work that another process or the clock made due. */
export function startHousekeeping(deps: HousekeepingDeps): Disposable {
  const timer = setInterval(() => runHousekeeping(deps), INTERVAL_MS);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

function runHousekeeping({ store, delivery, pipeline, reportTrouble, clock }: HousekeepingDeps): void {
  try {
    store.outbox.pruneDelivered(clock.now() - MAX_DELIVERED_AGE_MS);
    // `bonewatch alerts ack` writes from another process.
    if (store.wasChangedElsewhere()) delivery.wake();
    reportTrouble('housekeeping', null);
  } catch (error) {
    if (!isStoreFailure(error)) throw error;
    reportTrouble('housekeeping', error);
  }
  // Failed images may be due for a retry.
  pipeline.wake();
}

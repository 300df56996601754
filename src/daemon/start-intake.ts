import { ulid } from 'ulid';
import type { Delivery } from '../publish/deliver-outbox.ts';
import type { InboxWatcher } from '../watcher/watch-inboxes.ts';
import { alertOrigin } from './alert-origin.ts';
import type { Pictures } from './console/open-pictures.ts';
import { startHousekeeping } from './record/housekeeping.ts';
import type { Core } from './open-core.ts';
import { openIntake } from './open-intake.ts';
import { createPipeline, type Pipeline } from './pipeline.ts';

/** The path from the inboxes to the outbox. Disposing stops the watcher; dispose the pipeline first. */
export interface RunningIntake extends AsyncDisposable {
  readonly watcher: InboxWatcher;
  /** Starts with the first `wake` after the models are up. */
  readonly pipeline: Pipeline;
}

/** Starts watching the inboxes. Images wait in the ledger until the models are up. */
export async function startIntake(
  core: Core,
  { delivery, pictures }: { readonly delivery: Delivery; readonly pictures: Pictures },
  signal: AbortSignal,
): Promise<RunningIntake> {
  const { config, record, decoder, analysis, device, reporting, clock, log } = core;
  const { store } = record;
  const { disk, storeLock, reportTrouble } = device;
  const { metrics } = reporting;
  const pipeline = createPipeline({
    config,
    store,
    origin: alertOrigin(config),
    analysis,
    disk,
    delivery,
    pictures,
    metrics,
    reportTrouble,
    clock,
    newId: ulid,
    log: log.child({ stage: 'pipeline' }),
  });
  await using opening = new AsyncDisposableStack();
  opening.use(core.intake);
  const { watcher } = await core.intake.open(
    openIntake({ config, record, decoder, disk, storeLock, pipeline, reportTrouble, clock, log }, signal),
  );
  opening.use(startHousekeeping({ store, delivery, pipeline, reportTrouble, clock }));
  const running = opening.move();
  return { watcher, pipeline, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

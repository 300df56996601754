import type { Config } from '../config/schema.ts';
import type { Logger } from '../contract/logger.ts';
import { openEmbeddedBroker } from '../publish/broker/embedded-broker.ts';
import { openCore, type Core } from './open-core.ts';
import { openPages } from './pages/open-pages.ts';
import { startIntake } from './start-intake.ts';
import { startMessaging } from './start-messaging.ts';

/** A running daemon; disposing stops its parts in the reverse order of their start. */
export interface Daemon extends AsyncDisposable {
  readonly screensUrl: string;
  readonly healthUrl: string;
  readonly brokerUrl: string;
  /** Rejects when a bug ended the pipeline, or the database is found to be damaged. */
  readonly broken: Promise<never>;
}

/**
 * Starts decoder and pages, then messaging and intake, then the models; images that arrive before wait in the ledger.
 * Resolves when the models serve and every inbox was scanned. Throws the named reason when a part cannot start, after
 * stopping what was started.
 */
export async function startDaemon(config: Config, log: Logger): Promise<Daemon> {
  await using opening = new AsyncDisposableStack();
  const { signal } = opening.adopt(new AbortController(), (controller) => controller.abort());
  const core = opening.use(await openCore(config, log));
  const embedded = config.broker.embedded ? opening.use(await openEmbeddedBroker()) : null;
  const brokerUrl = embedded?.url ?? config.broker.url;
  const pages = opening.use(await openPages(core, brokerUrl));
  const { delivery } = opening.use(await startMessaging(core, brokerUrl, signal));
  const { pictures } = pages;
  const { watcher, pipeline } = opening.use(await startIntake(core, { delivery, pictures }, signal));

  core.reporting.systemd.status('Loading the model');
  opening.use(core.analysis);
  await core.analysis.load();
  // Images in work need the models until they are finished.
  opening.use(pipeline);
  pipeline.wake();
  await watcher.firstScan;

  const { healthUrl, systemd } = core.reporting;
  announceReady(core, { screens: pages.url, health: healthUrl, broker: brokerUrl });
  opening.defer(() => systemd.stopping('Finishing the images in work'));
  const opened = opening.move();
  const broken = Promise.race([pipeline.broken, core.record.broken]);
  broken.catch(() => undefined);
  return {
    screensUrl: pages.url,
    healthUrl,
    brokerUrl,
    broken,
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

function announceReady(
  { config, log, analysis, reporting }: Core,
  urls: { readonly screens: string; readonly health: string; readonly broker: string },
): void {
  const { inference } = analysis.require();
  const provider = inference.executionProvider() ?? 'no execution provider';
  const models = inference.models.map(({ name }) => name).join(', ');
  reporting.systemd.ready(`Watching ${config.inboxes.length} inbox(es), ${models} on ${provider}`);
  log.info({ ...urls, provider }, 'ready');
}

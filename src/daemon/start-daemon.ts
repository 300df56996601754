import { ulid } from 'ulid';
import type { Config } from '../config/schema.ts';
import { noLiveParts } from './live-parts.ts';
import type { Logger } from '../contract/logger.ts';
import { goldenPictures } from '../phantom/golden-pictures.ts';
import { openAnalysis } from '../analysis/open-analysis.ts';
import { openConsole } from './console/open-console.ts';
import { startIntake } from './start-intake.ts';
import { openMarkedCopies } from './console/open-marked-copies.ts';
import { openMessaging } from './wards/open-messaging.ts';
import { openRecord } from './open-record.ts';
import { openReporting } from './open-reporting.ts';
import { openScreens } from './open-screens.ts';
import { openEmbeddedBroker } from '../publish/broker/embedded-broker.ts';
import { createTroubleReporter } from './alarms/trouble-reporter.ts';

/** A running daemon; disposing stops it in the reverse order of its start. */
export interface Daemon extends AsyncDisposable {
  readonly screensUrl: string;
  readonly healthUrl: string;
  readonly brokerUrl: string;
  /** Rejects when a bug ended the pipeline, or the database turned out to be damaged. */
  readonly broken: Promise<never>;
}

/**
 * Builds the real things, wires the stages and resolves when the model serves and every inbox was looked through.
 * Throws the named reason when a part cannot start; what was started before it is stopped again.
 */
export async function startDaemon(config: Config, log: Logger): Promise<Daemon> {
  await using started = new AsyncDisposableStack();
  const { signal } = started.adopt(new AbortController(), (aborter) => aborter.abort());
  const clock = Date;
  const origin = { site: config.site.id, device: config.device.id, privacyFields: config.privacy.fields };
  const live = noLiveParts();

  const record = started.use(await openRecord(config.store, { clock, log: log.child({ stage: 'store' }) }));
  const { store } = record;
  const reporting = started.use(await openReporting({ config, store, live, clock, log }));
  const { systemd, metrics, alarms } = reporting;
  const tell = createTroubleReporter({
    alarms,
    endIfDamaged: (error) => record.judge(error),
    log,
  });
  const embedded = config.broker.embedded ? started.use(await openEmbeddedBroker()) : null;
  const brokerUrl = embedded?.url ?? config.broker.url;
  const consolePages = started.use(
    await openConsole({ config, store, live, reporting, clock, log: log.child({ stage: 'screens' }) }),
  );
  const screens = started.use(
    await openScreens(config, {
      ...{ brokerUrl, store, routes: consolePages.routes },
      copies: openMarkedCopies({ config, store, live }),
      log: log.child({ stage: 'screens' }),
    }),
  );
  const messaging = started.use(
    await openMessaging(
      {
        ...{ config, brokerUrl, store, origin, clock, ...reporting },
        newId: () => ulid(),
        tell,
        onDelivered({ writtenAt }) {
          if (writtenAt === null) return;
          metrics.observeScanToPublished((clock.now() - writtenAt) / 1000);
        },
        log: log.child({ stage: 'publish' }),
      },
      signal,
    ),
  );
  live.broker = messaging.broker;
  live.wards = messaging.wards;

  systemd.status('Loading the model');
  const analysis = started.use(
    await openAnalysis(config, log, {
      proofPictures: goldenPictures,
      onProviderChange(status) {
        live.loading = status;
        reporting.reportProvider();
      },
    }),
  );
  live.analysis = analysis;
  live.inference = analysis.inference;
  reporting.reportProvider();
  const intake = started.use(
    await startIntake(
      {
        ...{ config, record, store, live, analysis, reporting, origin, clock, tell, log },
        sendOutbox: () => messaging.delivery.wake(),
      },
      signal,
    ),
  );

  const provider = analysis.inference.executionProvider() ?? 'no execution provider';
  systemd.ready(
    `Watching ${config.inboxes.length} inbox(es), ${analysis.inference.models.map(({ name }) => name).join(', ')} on ${provider}`,
  );
  log.info({ screens: screens.url, health: reporting.healthUrl, broker: brokerUrl, provider }, 'ready');
  started.defer(() => systemd.stopping('Finishing what is in work'));
  const running = started.move();
  const broken = Promise.race([intake.broken, record.broken]);
  broken.catch(() => undefined);
  return {
    screensUrl: screens.url,
    healthUrl: reporting.healthUrl,
    brokerUrl,
    broken,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

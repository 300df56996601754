import type { Analysis } from '../../analysis/open-analysis.ts';
import type { Clock } from '../../contract/clock.ts';
import type { Config } from '../../config/schema.ts';
import { isBonewatchError } from '../../contract/errors.ts';
import type { Logger } from '../../contract/logger.ts';
import { auditRecorder } from '../../screens/access/audit-recorder.ts';
import type { ConsoleFacts } from '../../contract/api/console.ts';
import { consoleRoutes } from '../../screens/console/console-routes.ts';
import type { Route } from '../../screens/route.ts';
import type { Store } from '../../store/open-store.ts';
import type { TechnicalAlarms } from '../alarms/technical-alarms.ts';
import type { AnalysisPart } from '../analysis-part.ts';
import type { Part } from '../part.ts';
import type { StatusSource } from '../status.ts';
import { UNDO_MS } from '../wards/apply-verdicts.ts';
import { alertOrigin } from '../alert-origin.ts';
import { createCachedQuality } from './cached-quality.ts';
import { startSystemDescriber } from './describe-system.ts';
import { startImageFeed } from './image-feed.ts';
import type { Pictures } from './open-pictures.ts';
import { createAlertEndings } from './end-alert.ts';
import { createImageReruns } from './rerun-images.ts';
import { createTrials } from './try-image.ts';

export interface ConsoleDeps {
  readonly config: Config;
  readonly store: Store;
  readonly status: StatusSource;
  readonly analysis: Part<Analysis> & Pick<AnalysisPart, 'thresholds'>;
  readonly alarms: TechnicalAlarms;
  readonly pictures: Pictures;
  readonly clock: Clock;
  readonly log: Logger;
}

/** The routes of the console; disposing stops what runs behind them. */
export interface OpenConsole extends AsyncDisposable {
  readonly routes: readonly Route[];
}

export function openConsole(deps: ConsoleDeps): OpenConsole {
  const { config, store, alarms, pictures, clock } = deps;
  const opened = new AsyncDisposableStack();
  const { timezone } = config.site;
  const routes = consoleRoutes({
    readFacts: () => readFacts(deps),
    store,
    feed: opened.use(startImageFeed({ store, alarms, timezone, clock })),
    pictures,
    trials: createTrials(deps),
    quality: createCachedQuality(deps),
    alerts: createAlertEndings({ store, origin: alertOrigin(config), clock }),
    reruns: opened.use(createImageReruns(deps)),
    system: opened.use(startSystemDescriber(deps)),
    recordAudit: auditRecorder(store.audit, () => new Date(clock.now())),
    now: () => new Date(clock.now()),
  });
  return { routes, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}

async function readFacts({ config, analysis, clock }: ConsoleDeps): Promise<ConsoleFacts> {
  const { name, timezone, language } = config.site;
  return {
    site: { name, timezone },
    language,
    wardNames: Object.fromEntries(config.wards.map((ward) => [ward.id, ward.name])),
    thresholds: await readThresholds(analysis),
    serverTime: new Date(clock.now()).toISOString(),
    undoMs: UNDO_MS,
  };
}

/** Null if a configured model cannot be read, which ends the start of the daemon. */
async function readThresholds(analysis: ConsoleDeps['analysis']): Promise<ConsoleFacts['thresholds']> {
  try {
    const { suspected, definite } = await analysis.thresholds();
    return { suspected, definite };
  } catch (error) {
    if (!isBonewatchError(error)) throw error;
    return null;
  }
}

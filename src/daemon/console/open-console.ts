import type { Clock } from '../../contract/clock.ts';
import type { Config } from '../../config/schema.ts';
import { describeSystem } from './describe-system.ts';
import { startImageFeed } from './image-feed.ts';
import { createCachedQuality } from './cached-quality.ts';
import type { LiveParts } from '../live-parts.ts';
import type { Logger } from '../../contract/logger.ts';
import { openPictures } from './open-pictures.ts';
import type { Reporting } from '../open-reporting.ts';
import { rerunImages } from './rerun-images.ts';
import { consoleRoutes } from '../../screens/console/console-routes.ts';
import type { Route } from '../../screens/route.ts';
import { auditRecorder } from '../../screens/access/audit-recorder.ts';
import { UNDO_MS } from '../wards/apply-verdicts.ts';
import type { Store } from '../../store/open-store.ts';
import { tryImage } from './try-image.ts';

export interface ConsoleDeps {
  readonly config: Config;
  readonly store: Store;
  readonly live: LiveParts;
  readonly reporting: Pick<Reporting, 'alarms' | 'disk'>;
  readonly clock: Clock;
  readonly log: Logger;
}

/** The console's routes over the record and the stages; what follows the images stops when disposed. */
export interface OpenConsole extends AsyncDisposable {
  readonly routes: readonly Route[];
}

export async function openConsole(parts: ConsoleDeps): Promise<OpenConsole> {
  const { config, store, live, reporting, clock } = parts;
  await using opened = new AsyncDisposableStack();
  const now = (): Date => new Date(clock.now());
  const trace = auditRecorder(store.audit, now);
  const alarms = () => reporting.alarms.activeAlarms();
  const { timezone } = config.site;
  const follower = opened.use(
    startImageFeed({ store, alarms, shownOn: (id) => store.receipts.count(id), timezone, clock }),
  );
  const system = opened.use(describeSystem(parts));
  const pictures = await openPictures(parts);
  live.pictures = pictures;
  const reruns = opened.use(rerunImages(parts));
  const { search, results, verdicts } = store;
  const routes = consoleRoutes({
    facts: () => ({
      site: { name: config.site.name, timezone: config.site.timezone },
      language: config.site.language,
      wardNames: Object.fromEntries(config.wards.map(({ id, name }) => [id, name])),
      thresholds: live.analysis === null ? null : thresholdsOf(live.analysis.analyzer),
      serverTime: now().toISOString(),
      undoMs: UNDO_MS,
    }),
    images: {
      ...{ search, results, verdicts, reruns: store.reruns, trace, now },
      counts: () => follower.counts(),
      picture: (id, size) => pictures.read(id, size),
    },
    verdicts: {
      ...{ search, results, verdicts, trace, now },
      atomically: (work) => store.atomically(work),
      onChanged: (id) => follower.changed(id),
    },
    live: { follow: (onNews) => follower.follow(onNews) },
    trial: { tryImage: (bytes) => tryImage(bytes, { config, live }), trace },
    quality: { quality: createCachedQuality(parts) },
    reruns: {
      models: () => reruns.models(),
      one: (id, model, by) => reruns.one(id, model, by),
      start: (model, since, by) => reruns.start(model, since, by),
      stop: () => reruns.stop(),
      job: () => reruns.job(),
      compare: (model, since) => store.reruns.compare(model, since),
      trace,
    },
    system: { state: () => system.describe(), audit: store.auditSearch, trace },
  });
  const kept = opened.move();
  return { routes, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

function thresholdsOf({ suspected, definite }: { readonly suspected: number; readonly definite: number }) {
  return { suspected, definite };
}

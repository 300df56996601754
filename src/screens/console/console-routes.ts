import type { Store } from '../../store/open-store.ts';
import type { RecordAudit } from '../access/audit-recorder.ts';
import { pageRoute } from '../page-route.ts';
import type { Route } from '../route.ts';
import type { ConsoleFacts } from '../../contract/api/console.ts';
import { alertRoutes, type AlertRouteDeps } from './alert-routes.ts';
import { imageRoutes, type ImageRouteDeps } from './image-routes.ts';
import { liveRoute, type LiveRouteDeps } from './live-route.ts';
import { qualityRoute, type QualityRouteDeps } from './quality-route.ts';
import { rerunRoutes, type RerunRouteDeps } from './rerun-routes.ts';
import { systemRoutes, type SystemRouteDeps } from './system-routes.ts';
import { tryRoute, type TryRouteDeps } from './try-route.ts';
import { verdictRoutes, type VerdictRouteDeps } from './verdict-routes.ts';

export interface ConsoleDeps {
  readonly readFacts: () => Promise<ConsoleFacts>;
  readonly store: Store;
  readonly feed: ImageRouteDeps['feed'] & VerdictRouteDeps['feed'] & LiveRouteDeps['feed'];
  readonly pictures: ImageRouteDeps['pictures'];
  readonly trials: TryRouteDeps['trials'];
  readonly quality: QualityRouteDeps['quality'];
  readonly alerts: AlertRouteDeps['alerts'];
  readonly reruns: RerunRouteDeps['reruns'];
  readonly system: SystemRouteDeps['system'];
  readonly recordAudit: RecordAudit;
  readonly now: () => Date;
}

/** The radiographer's console: its three pages and their API. */
export function consoleRoutes(deps: ConsoleDeps): readonly Route[] {
  return [
    pageRoute('/console', 'console/index.html', 'viewer'),
    pageRoute('/console/quality', 'quality/index.html', 'viewer'),
    pageRoute('/console/system', 'system/index.html', 'viewer'),
    { method: 'GET', path: '/api/console', minimumRole: 'viewer', handle: () => deps.readFacts() },
    ...imageRoutes(deps),
    ...verdictRoutes(deps),
    ...alertRoutes(deps),
    liveRoute(deps),
    tryRoute(deps),
    ...systemRoutes(deps),
    qualityRoute(deps),
    ...rerunRoutes(deps),
  ];
}

import { pageRoute } from '../page-route.ts';
import type { Route } from '../route.ts';
import type { ConsoleFacts } from '../../contract/api/console.ts';
import { imageRoutes, type ImageRoutesParts } from './image-routes.ts';
import { liveRoute, type LiveParts } from './live-route.ts';
import { qualityRoute, type QualityRouteParts } from './quality-route.ts';
import { rerunRoutes, type RerunRoutesParts } from './rerun-routes.ts';
import { systemRoutes, type SystemRoutesParts } from './system-routes.ts';
import { tryRoute, type TryRouteParts } from './try-route.ts';
import { verdictRoutes, type VerdictRoutesParts } from './verdict-routes.ts';

export interface ConsoleParts {
  readonly facts: () => ConsoleFacts;
  readonly images: ImageRoutesParts;
  readonly verdicts: VerdictRoutesParts;
  readonly live: LiveParts;
  readonly trial: TryRouteParts;
  readonly system: SystemRoutesParts;
  readonly quality: QualityRouteParts;
  readonly reruns: RerunRoutesParts;
}

/** The radiographer's console: its three pages and everything they ask for. */
export function consoleRoutes(parts: ConsoleParts): readonly Route[] {
  return [
    pageRoute('/console', 'console/index.html', 'viewer'),
    pageRoute('/console/quality', 'quality/index.html', 'viewer'),
    pageRoute('/console/system', 'system/index.html', 'viewer'),
    { method: 'GET', path: '/api/console', minimumRole: 'viewer', handle: () => parts.facts() },
    ...imageRoutes(parts.images),
    ...verdictRoutes(parts.verdicts),
    liveRoute(parts.live),
    tryRoute(parts.trial),
    ...systemRoutes(parts.system),
    qualityRoute(parts.quality),
    ...rerunRoutes(parts.reruns),
  ];
}

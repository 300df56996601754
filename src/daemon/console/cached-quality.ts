import type { Clock } from '../../contract/clock.ts';
import { startOfDay } from '../start-of-day.ts';
import type { Config } from '../../config/schema.ts';
import type { Quality } from '../../contract/api/quality.ts';
import { readQualityInThread } from '../../store/database/run-store-task.ts';

interface QualityDeps {
  readonly config: Pick<Config, 'store' | 'site'>;
  readonly clock: Clock;
}

/** Maximum age of cached figures: reading them takes a thread and some time. */
const MAX_AGE_MS = 30_000;
const DAY_MS = 86_400_000;

/** The quality figures of the last weeks, today included. */
export interface CachedQuality {
  read(weeks: number): Promise<Quality>;
}

/** Reads figures once for all concurrent requests. */
export function createCachedQuality({ config, clock }: QualityDeps): CachedQuality {
  const cached = new Map<number, { readonly at: number; readonly quality: Promise<Quality> }>();
  return {
    read: (weeks) => {
      const now = clock.now();
      const known = cached.get(weeks);
      if (known !== undefined && Math.abs(now - known.at) < MAX_AGE_MS) return known.quality;
      const until = startOfDay(now, config.site.timezone) + DAY_MS;
      const quality = readQualityInThread(config.store.path, { until, weeks });
      quality.catch(() => cached.delete(weeks));
      cached.set(weeks, { at: now, quality });
      return quality;
    },
  };
}

import type { Clock } from '../../contract/clock.ts';
import { startOfDay } from '../start-of-day.ts';
import type { Config } from '../../config/schema.ts';
import type { Quality } from '../../contract/api/quality.ts';
import { readQualityInThread } from '../../store/database/run-store-task.ts';

interface QualityParts {
  readonly config: Pick<Config, 'store' | 'site'>;
  readonly clock: Clock;
}

/** Figures this old are still shown; reading them anew takes a thread and a moment. */
const FRESH_MS = 30_000;
const DAY_MS = 86_400_000;

/** Answers for the last weeks, today included; what several people ask for at once is read once. */
export function createCachedQuality({ config, clock }: QualityParts): (weeks: number) => Promise<Quality> {
  const kept = new Map<number, { readonly at: number; readonly quality: Promise<Quality> }>();
  return (weeks) => {
    const now = clock.now();
    const known = kept.get(weeks);
    if (known !== undefined && Math.abs(now - known.at) < FRESH_MS) return known.quality;
    const until = startOfDay(now, config.site.timezone) + DAY_MS;
    const quality = readQualityInThread(config.store.path, { until, weeks });
    quality.catch(() => kept.delete(weeks));
    kept.set(weeks, { at: now, quality });
    return quality;
  };
}

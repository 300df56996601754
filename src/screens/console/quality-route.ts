import { z } from 'zod';
import type { Quality } from '../../contract/api/quality.ts';
import type { Route } from '../route.ts';

export interface QualityRouteDeps {
  readonly quality: { read(weeks: number): Promise<Quality> };
}

const MAX_WEEKS = 260;
const query = z.object({ weeks: z.coerce.number().int().min(1).max(MAX_WEEKS).default(26) });

/** How many alerts were confirmed, and how fast they were acknowledged. */
export function qualityRoute({ quality }: QualityRouteDeps): Route {
  return {
    method: 'GET',
    path: '/api/quality',
    minimumRole: 'viewer',
    handle({ query: given }, reply) {
      const read = query.safeParse(given);
      return read.success ? quality.read(read.data.weeks) : reply.code(400).send({ error: 'invalid' });
    },
  };
}

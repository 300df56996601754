import { z } from 'zod';
import { BODY_PARTS } from '../../contract/radiograph.ts';
import type { ImageFilter } from '../../store/images/image-finder.ts';
import type { ListPlace } from '../../contract/api/images.ts';

const OUTCOMES = ['fracture-detected', 'fracture-suspected', 'no-fracture-detected'] as const;
const STATUSES = [
  ...(['discovered', 'settling', 'ready', 'decoding', 'inferring'] as const),
  ...(['done', 'not-analysed', 'failed', 'duplicate', 'vanished'] as const),
] as const;

/** A list in a query, separated by commas. */
function words<const Word extends string>(known: readonly Word[]) {
  const word = z.enum(known);
  return z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(word).max(30));
}

const time = z.coerce.number().int().min(0).max(8.64e15);
const place = z
  .string()
  .regex(/^\d{1,16}-\d{1,15}$/)
  .transform((text): ListPlace => {
    const [at = 0, id = 0] = text.split('-').map(Number);
    return { at, id };
  });

const query = z.object({
  from: time.optional(),
  to: time.optional(),
  regions: words(BODY_PARTS).optional(),
  outcomes: words(OUTCOMES).optional(),
  statuses: words(STATUSES).optional(),
  case: z
    .string()
    .regex(/^[A-Z0-9]{4,32}$/)
    .optional(),
  unseen: z.literal('1').optional(),
  verdict: z.literal('none').optional(),
  place: place.optional(),
  limit: z.coerce.number().int().min(1).max(500).default(200),
});

/** The filter in a query; null if it is invalid. */
export function readFilter(
  given: Readonly<Record<string, string | undefined>>,
): { readonly filter: ImageFilter; readonly place: ListPlace | null; readonly limit: number } | null {
  const read = query.safeParse(given);
  if (!read.success) return null;
  const { from, to, regions, outcomes, statuses, unseen, verdict, limit } = read.data;
  return {
    filter: {
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
      ...(regions === undefined ? {} : { regions }),
      ...(outcomes === undefined ? {} : { outcomes }),
      ...(statuses === undefined ? {} : { statuses }),
      ...(read.data.case === undefined ? {} : { caseRef: read.data.case }),
      isUnseen: unseen === '1',
      isWithoutVerdict: verdict === 'none',
    },
    place: read.data.place ?? null,
    limit,
  };
}

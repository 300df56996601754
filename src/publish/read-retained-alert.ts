import { z } from 'zod';
import type { PublishedAlert } from './messages/alert-messages.ts';
import { WITHDRAW_REASONS } from '../contract/withdraw-reasons.ts';

const time = z.string().max(40);
const shortText = z.string().max(200);
const laterality = z.enum(['L', 'R', 'B']).nullable();

const retainedAlert = z.object({
  schema: z.literal('bonewatch.alert/1'),
  id: shortText,
  rev: z.int().min(1),
  newsRev: z.int().min(1),
  state: z.enum(['open', 'acknowledged', 'escalated', 'closed']),
  priority: z.enum(['high', 'medium', 'low']),
  outcome: z.enum(['fracture-detected', 'fracture-suspected']),
  confidence: z.number().min(0).max(1),
  bodyPart: shortText.nullable(),
  laterality,
  sites: z.array(z.object({ bodyPart: shortText.nullable(), laterality })).max(100),
  place: z.object({ ward: shortText, room: shortText.nullable(), bed: shortText.nullable() }),
  wards: z.array(shortText).min(1).max(100),
  isQuiet: z.boolean(),
  escalation: z
    .object({
      step: z.int().min(1),
      at: time,
      reason: z.enum(['not-acknowledged', 'not-watched']),
      isLouder: z.boolean(),
    })
    .nullable(),
  withdrawn: z.object({ by: shortText, reason: z.enum(WITHDRAW_REASONS), at: time }).nullable(),
  caseRef: shortText,
  images: z.object({ count: z.int().min(0), withFindings: z.int().min(0) }),
  times: z.object({
    acquired: time.nullable(),
    received: time,
    inferred: time,
    published: time.nullable(),
    raised: time,
    sounded: time.nullable(),
    acknowledged: time.nullable(),
    cleared: time.nullable(),
  }),
  acknowledgedBy: z.object({ name: shortText, display: shortText.nullable() }).nullable(),
  models: z.array(z.object({ name: shortText, version: shortText, sha256: shortText, task: shortText })),
  degraded: z.boolean(),
  isPictureUncertain: z.literal(true).exactOptional(),
  notForDiagnosis: z.literal(true),
  device: shortText,
}) satisfies z.ZodType<PublishedAlert>;

/** A retained alert, or null if the payload is not an alert of Bonewatch. */
export function readRetainedAlert(payload: Uint8Array): PublishedAlert | null {
  try {
    return retainedAlert.parse(JSON.parse(Buffer.from(payload).toString('utf8')));
  } catch {
    return null;
  }
}

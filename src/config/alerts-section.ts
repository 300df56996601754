import { z } from 'zod';
import { BODY_PARTS } from '../contract/radiograph.ts';
import { topicId } from './topic-id.ts';

const priority = z.enum(['high', 'medium', 'low']);

/** `alerts` of the configuration. */
export const alertsSection = z
  .strictObject({
    suspected: z
      .number()
      .gt(0)
      .lt(1)
      .optional()
      .describe("Confidence from which a fracture is suspected; the model's own without it."),
    definite: z
      .number()
      .gt(0)
      .lt(1)
      .optional()
      .describe("Confidence from which a fracture is very likely; the model's own without it."),
    priorities: z
      .strictObject({
        detected: priority.default('high').describe('Priority of a very likely fracture.'),
        suspected: priority.default('medium').describe('Priority of a suspected fracture.'),
        bodyParts: z
          .partialRecord(z.enum(BODY_PARTS), priority)
          .default({ hip: 'high', spine: 'high', pelvis: 'high' })
          .describe('Minimum priority of alerts of a body part.'),
      })
      .prefault({})
      .describe('How urgent an alert is.'),
    rateLimit: z
      .strictObject({
        count: z
          .int()
          .min(0)
          .default(6)
          .describe('How many alerts of one ward may start to sound within `minutes`; 0: no limit.'),
        minutes: z.int().min(1).max(1440).default(10).describe('The period that `count` applies to.'),
      })
      .prefault({})
      .describe(
        'Further suspected fractures are shown at once but sound later, one by one; very likely and high ones always sound.',
      ),
    escalation: z
      .strictObject({
        afterMinutes: z
          .int()
          .min(0)
          .default(5)
          .describe(
            'Minutes an alert may wait for an acknowledgement before it is escalated; 0: never escalated.',
          ),
        repeatMinutes: z
          .int()
          .min(1)
          .default(5)
          .describe('Minutes after which an escalation is repeated until the alert is acknowledged.'),
        wards: z
          .array(topicId)
          .default([])
          .describe('Further wards that see an escalated alert, such as the emergency room.'),
        secondTone: z
          .boolean()
          .default(true)
          .describe('Whether an escalated alert sounds like one of the next priority.'),
        unwatchedSeconds: z
          .int()
          .min(0)
          .default(60)
          .describe(
            'Seconds an unacknowledged alert may be missing from all displays before the ward counts as not watched and the alert is escalated; 0: displays are not monitored.',
          ),
      })
      .prefault({})
      .describe('What happens without an acknowledgement.'),
    closeAfterMinutes: z
      .int()
      .min(0)
      .default(30)
      .describe(
        'Minutes an acknowledged or withdrawn alert stays on the ward display before it is closed and cleared.',
      ),
  })
  .describe('When alerts are raised, escalated and closed.');

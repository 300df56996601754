import { z } from 'zod';
import { BODY_PARTS } from '../contract/radiograph.ts';
import { topicId } from './topic-id.ts';

const priority = z.enum(['high', 'medium', 'low']);

/** `alerts` of the configuration: when one is raised, and what happens to it then. */
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
          .describe('Lowest priority of any alert of a body part.'),
      })
      .prefault({})
      .describe('How urgent an alert is.'),
    rateLimit: z
      .strictObject({
        count: z
          .int()
          .min(0)
          .default(6)
          .describe('How many alerts of one ward may begin to sound in `minutes`; 0: any number.'),
        minutes: z.int().min(1).max(1440).default(10).describe('The span that `count` is about.'),
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
          .describe('Minutes an alert may wait for an acknowledgement before it is escalated; 0: for ever.'),
        repeatMinutes: z
          .int()
          .min(1)
          .default(5)
          .describe('Minutes after which an escalation is repeated while nobody answers.'),
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
            'Seconds an unanswered alert may be on no living display before the ward counts as not watched and the alert is escalated; 0: displays are not watched over.',
          ),
      })
      .prefault({})
      .describe('What happens when nobody answers.'),
    closeAfterMinutes: z
      .int()
      .min(0)
      .default(30)
      .describe(
        'Minutes an acknowledged or withdrawn alert stays on the ward display before it is closed and cleared.',
      ),
  })
  .describe('When an alert is raised.');

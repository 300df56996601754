import { z } from 'zod';
import { BODY_PARTS } from '../contract/radiograph.ts';
import { folderPath } from './paths.ts';
import { topicId } from './topic-id.ts';

const EMPTY_LIST = 'An empty list matches nothing: list at least one, or remove the key.';
const texts = z.array(z.string().min(1)).min(1, EMPTY_LIST);

/** One of the `wards`. */
export const wardSchema = z
  .strictObject({
    id: topicId.describe('Names the ward in its topics and its page, /ward/<id>.'),
    name: z.string().min(1).describe('Shown on the display.'),
    detail: z.string().default('').describe('Smaller text next to the name, such as the department.'),
    formerly: z
      .array(topicId)
      .default([])
      .describe(
        'Former ids of this ward, or of wards that it replaces: it takes over their open alerts and paired displays.',
      ),
    match: z
      .strictObject({
        inboxes: z.array(folderPath).min(1, EMPTY_LIST).optional().describe('Folders under inboxes[].path.'),
        departments: texts.optional().describe('InstitutionalDepartmentName values.'),
        stations: texts.optional().describe('StationName values.'),
        bodyParts: z.array(z.enum(BODY_PARTS)).min(1, EMPTY_LIST).optional().describe('Body parts.'),
      })
      .refine(
        (lists) => Object.keys(lists).length > 0,
        'Without any list it matches nothing: add one, or remove match.',
      )
      .optional()
      .describe('Alerts come here when every list given matches; without `match`, when nothing else does.'),
    staff: z
      .array(
        z.union([
          z.string().min(1),
          z.strictObject({
            name: z.string().min(1).describe('Name as shown and recorded.'),
            badge: z
              .string()
              .regex(/^[\x21-\x7e]{4,64}$/, 'Use 4 to 64 letters and digits, as the reader types them.')
              .describe('Text that the badge reader types.'),
          }),
        ]),
      )
      .default([])
      .describe('Names offered when an alert is acknowledged; with `badge`, a scanned badge gives the name.'),
  })
  .describe('One ward.');

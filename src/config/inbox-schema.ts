import { z } from 'zod';
import { folderPath } from './paths.ts';
import { topicId } from './topic-id.ts';

/** One of the `inboxes`. */
export const inboxSchema = z
  .strictObject({
    path: folderPath.describe(
      'Absolute path of the folder the modality exports to. Its files are only read.',
    ),
    mode: z
      .enum(['auto', 'events', 'poll'])
      .default('auto')
      .describe('How new files are detected; auto polls filesystems without events (CIFS, NFS).'),
    settleMs: z
      .int()
      .min(100)
      .default(10_000)
      .describe(
        'How long, in milliseconds, an incomplete file must stay unchanged before it is accepted as it is. Complete files start at once.',
      ),
    rescanSeconds: z
      .int()
      .min(1)
      .default(30)
      .describe('How often, in seconds, the folder is reconciled with the ledger, regardless of events.'),
    canary: z
      .enum(['auto', 'off'])
      .default('auto')
      .describe(
        'Whether a hidden file (.bonewatch-canary) is created and removed in a writable folder to verify that file events arrive.',
      ),
    ignoreBefore: z
      .union([z.literal('first-start'), z.iso.datetime({ offset: true }), z.iso.date()])
      .optional()
      .describe(
        'Files put there before this time (a date, or the first start of Bonewatch) are recorded but not analysed. Without it every file is analysed.',
      ),
    ward: topicId.optional().describe('Ward of the alerts of this folder when no ward matches.'),
  })
  .describe('One export folder.');

import { z } from 'zod';
import { BODY_PARTS } from '../contract/radiograph.ts';

/** The section `scope`: which files are analysed. */
export const scopeSchema = z
  .strictObject({
    modalities: z
      .array(
        z.string().regex(/^[A-Z0-9_]{1,16}$/, 'Use the code of DICOM in capital letters, such as CR or DX.'),
      )
      .min(1)
      .default(['CR', 'DX'])
      .describe('DICOM modalities that are analysed.'),
    bodyParts: z
      .union([z.literal('model'), z.array(z.enum(BODY_PARTS))])
      .default('model')
      .describe(
        'Body parts that are analysed; `model`: those the model covers. A file without a body part is analysed.',
      ),
    minAgeYears: z.int().min(0).optional().describe('Patients known to be younger are not analysed.'),
    windowIndex: z
      .int()
      .min(0)
      .default(0)
      .describe(
        'Which of several windows or VOI LUTs of a DICOM file is used: 0 the first, 1 the second. A file with fewer uses its first.',
      ),
    rawImages: z
      .enum(['analyse', 'skip'])
      .default('analyse')
      .describe(
        'DICOM images that are FOR PROCESSING: `analyse` renders them like any other, with a warning in the result; `skip` does not analyse them.',
      ),
    saturatedShare: z
      .number()
      .gt(0)
      .max(1)
      .default(0.995)
      .describe('Share of completely black or white pixels from which a picture counts as saturated.'),
    decodeDeadlineMs: z
      .int()
      .min(100)
      .default(15_000)
      .describe('Milliseconds one file may take to decode before it fails.'),
    maxMegapixels: z
      .number()
      .positive()
      .default(32)
      .describe(
        'Larger pictures are refused before decoding. JPEG 2000 takes about 11 MB of memory per megapixel, in addition to the 350 MB of the service.',
      ),
  })
  .describe('Which files are radiographs to analyse.');

import { z } from 'zod';

const activeModel = z.strictObject({
  model: z.string().describe('Its folder.'),
  role: z
    .enum(['gate', 'detector', 'segmenter'])
    .default('detector')
    .describe(
      'A gate says whether anything is looked for at all, a detector where, a segmenter draws the outline of what was found.',
    ),
  weight: z.number().positive().default(1).describe('Of a detector beside others: how much its word counts.'),
  threshold: z
    .number()
    .gt(0)
    .lt(1)
    .optional()
    .describe(
      "Of a gate: the score from which a picture goes on; without it the model's suspected threshold.",
    ),
});

/** The section `models`: what looks at the radiographs, on which processor, and how long it may take. */
export const modelsSchema = z
  .strictObject({
    directory: z
      .string()
      .optional()
      .describe('Folder of installed models; the shipped ones are used without it.'),
    active: z
      .array(z.union([z.string(), activeModel]))
      .min(1)
      .default(['fracture-default'])
      .describe(
        'Models that every radiograph passes through: first the gates, then the detectors, then the segmenters. A name alone is a detector.',
      ),
    fusionIou: z
      .number()
      .gt(0)
      .lt(1)
      .default(0.55)
      .describe(
        'Of several detectors: overlap (intersection over union) from which their boxes are the same finding.',
      ),
    operatingPoints: z
      .string()
      .optional()
      .describe(
        'File that bonewatch evaluate --fix-specificity wrote; its two thresholds are used instead of those of the manifest. It holds for the weights it was made with, and no others.',
      ),
    executionProviders: z
      .array(z.enum(['tensorrt', 'cuda', 'cpu']))
      .min(1)
      .default(['tensorrt', 'cuda', 'cpu'])
      .describe('Tried in this order, one at a time; the first that really works serves.'),
    degradedAllowed: z
      .boolean()
      .default(true)
      .describe('Whether a later execution provider may serve when the first does not work.'),
    deadlineMs: z
      .int()
      .min(100)
      .default(30_000)
      .describe('Milliseconds one inference may take before its process is replaced.'),
    runtimeLibrary: z
      .string()
      .optional()
      .describe(
        'Path of a `libonnxruntime.so.1` with TensorRT or CUDA, its provider libraries beside it; a Jetson needs one. Without it the ONNX Runtime of the package is used.',
      ),
    engines: z
      .strictObject({
        directory: z
          .string()
          .default('/var/cache/bonewatch/engines')
          .describe('Folder of the engines that TensorRT builds; used with runtimeLibrary only.'),
        maxMegabytes: z
          .int()
          .min(100)
          .default(4096)
          .describe('Size of all engines together; the longest unused are removed beyond it.'),
        precision: z
          .enum(['fp16', 'fp32', 'int8'])
          .default('fp16')
          .describe(
            'Precision of the engines. `int8` is for models that were quantised and passed `bonewatch model gate`; others beside them get fp16. Whatever it is, an engine serves only when it answers as the CPU does.',
          ),
        workspaceMegabytes: z
          .int()
          .min(64)
          .default(1024)
          .describe('Memory that building an engine may use; lower it to 512 on a board with 8 GB.'),
      })
      .prefault({})
      .describe('TensorRT’s engines.'),
  })
  .describe('What looks at the radiographs.');

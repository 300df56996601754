import { z } from 'zod';
import { filePath, folderPath } from './paths.ts';

const activeModel = z.strictObject({
  model: z.string().describe('Folder of the model.'),
  role: z
    .enum(['gate', 'detector', 'segmenter'])
    .default('detector')
    .describe(
      'A gate decides whether an image is analysed further, a detector finds fractures, a segmenter outlines them.',
    ),
  weight: z.number().positive().default(1).describe('Weight of a detector among several.'),
  threshold: z
    .number()
    .gt(0)
    .lt(1)
    .optional()
    .describe(
      "Of a gate: the score from which an image is analysed further; without it the model's suspected threshold.",
    ),
});

/** The section `models`: the models, their execution providers and time limits. */
export const modelsSchema = z
  .strictObject({
    directory: folderPath
      .optional()
      .describe('Folder of installed models; the shipped ones are used without it.'),
    active: z
      .array(z.union([z.string(), activeModel]))
      .min(1)
      .default(['fracture-default'])
      .describe(
        'Models that analyse every radiograph: first the gates, then the detectors, then the segmenters. A name alone is a detector.',
      ),
    fusionIou: z
      .number()
      .gt(0)
      .lt(1)
      .default(0.55)
      .describe(
        'With several detectors: overlap (intersection over union) from which their boxes are one finding.',
      ),
    operatingPoints: filePath
      .optional()
      .describe(
        'File written by bonewatch evaluate --fix-specificity; its two thresholds replace those of the manifest. It is valid for the weights it was made with only.',
      ),
    executionProviders: z
      .array(z.enum(['tensorrt', 'cuda', 'cpu']))
      .min(1)
      .default(['tensorrt', 'cuda', 'cpu'])
      .describe('Tried in this order, one at a time; the first that works serves.'),
    degradedAllowed: z
      .boolean()
      .default(true)
      .describe('Whether a later execution provider may serve when the first does not work.'),
    deadlineMs: z
      .int()
      .min(100)
      .default(30_000)
      .describe('Milliseconds one inference may take before its process is replaced.'),
    runtimeLibrary: filePath
      .optional()
      .describe(
        'Path of a `libonnxruntime.so.1` with TensorRT or CUDA, with its provider libraries in the same folder; needed for the GPU of a Jetson. Without it the bundled ONNX Runtime is used; so it is, on the CPU and with an alarm, if the library cannot be loaded.',
      ),
    engines: z
      .strictObject({
        directory: folderPath
          .default('/var/cache/bonewatch/engines')
          .describe('Folder of the engines that TensorRT builds; used with runtimeLibrary only.'),
        maxMegabytes: z
          .int()
          .min(100)
          .default(4096)
          .describe('Size of all engines together; beyond it the least recently used are removed.'),
        precision: z
          .enum(['fp16', 'fp32', 'int8'])
          .default('fp16')
          .describe(
            'Precision of the engines. `int8` applies to quantised models that passed `bonewatch model gate`; other models get fp16. An engine serves only if its results equal those of the CPU.',
          ),
        workspaceMegabytes: z
          .int()
          .min(64)
          .default(1024)
          .describe('Memory for building an engine; use 512 on a board with 8 GB.'),
      })
      .prefault({})
      .describe('TensorRT’s engines.'),
  })
  .describe('The models that analyse the radiographs.');

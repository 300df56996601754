import type { OutputTensor } from '../engine.ts';
import type { Detection } from '../detection.ts';
import type { Manifest } from '../models/manifest.ts';
import { classCount, classReading, confidencesOf } from './confidences.ts';
import { shapeMismatch } from './read-outputs.ts';

/**
 * Detections of a classifier for the whole picture: one output of shape [1, labels], a detection per label whose box is the
 * whole input. Throws MODEL_INVALID when the shape does not fit the labels.
 */
export function decodeClassifier(outputs: readonly OutputTensor[], manifest: Manifest): Detection[] {
  const { labels, input } = manifest;
  const reading = classReading(manifest, { activation: 'none', background: 'none' });
  const [scores] = outputs;
  const wanted = classCount(labels.length, reading);
  if (!scores || outputs.length !== 1 || scores.values.length !== wanted || scores.dims.at(-1) !== wanted) {
    throw shapeMismatch(outputs, manifest, `[1, ${wanted}]`);
  }
  const box = { x: 0, y: 0, width: input.width, height: input.height };
  const confidences = confidencesOf(scores.values, reading);
  return labels.map(({ name }, index) => ({ label: name, confidence: confidences[index] ?? 0, box }));
}

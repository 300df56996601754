import type { OutputTensor } from '../engine.ts';
import type { Detection } from '../detection.ts';
import type { Manifest } from '../models/manifest.ts';
import { regionsOf, type Region } from '../masks/regions.ts';
import { classCount, classReading, confidencesOf, type ClassReading } from './confidences.ts';
import { shapeMismatch } from './read-outputs.ts';

/**
 * Detections of a segmentation network: one output [1, classes, h, w], the input's size or an integer fraction of it. Each
 * region above `decoding.maskThreshold` is a detection whose confidence is its highest probability; the highest
 * probability overall is returned as a detection without area, so that a picture without a region still has a score.
 * Throws MODEL_INVALID when the shape does not fit the labels.
 */
export function decodeUnet(outputs: readonly OutputTensor[], manifest: Manifest): Detection[] {
  const { labels, decoding, input } = manifest;
  const isSoftmax = decoding.activation === 'softmax';
  const reading = classReading(manifest, { activation: 'none', background: isSoftmax ? 'first' : 'none' });
  const classes = classCount(labels.length, reading);
  const [output] = outputs;
  const [width = 0, height = 0] = [output?.dims.at(-1), output?.dims.at(-2)];
  const isEven = input.width * height === input.height * width && input.width % width === 0;
  if (!output || outputs.length !== 1 || output.values.length !== classes * width * height || !isEven) {
    throw shapeMismatch(
      outputs,
      manifest,
      `[1, ${classes}, ${input.height}, ${input.width}] or an even part of it`,
    );
  }
  const step = input.width / width;
  return probabilityMaps(output, width * height, { classes, reading }).flatMap((values, index) => {
    const label = labels[index]?.name ?? '';
    const map = { values, width, height };
    return [
      peakOf(map, { label, step }),
      ...regionsOf(map, decoding.maskThreshold)
        .filter(({ area }) => area >= decoding.minAreaPx)
        .map((region) => detectionOf(region, map, { label, step, level: decoding.maskThreshold })),
    ];
  });
}

interface ProbabilityMap {
  readonly values: Float32Array;
  readonly width: number;
  readonly height: number;
}

function probabilityMaps(
  { values }: OutputTensor,
  plane: number,
  { classes, reading }: { classes: number; reading: ClassReading },
): readonly Float32Array[] {
  const isPlain = reading.activation === 'none';
  const first = reading.background === 'first' ? 1 : 0;
  const count = reading.background === 'none' ? classes : classes - 1;
  const maps = Array.from({ length: count }, (_, index) =>
    values.slice((index + first) * plane, (index + first + 1) * plane),
  );
  if (isPlain) return maps;
  for (let sample = 0; sample < plane; sample += 1) {
    const row = Array.from({ length: classes }, (_, index) => values[index * plane + sample] ?? 0);
    for (const [index, confidence] of confidencesOf(row, reading).entries()) {
      const map = maps[index];
      if (map) map[sample] = confidence;
    }
  }
  return maps;
}

function peakOf(
  { values, width }: ProbabilityMap,
  { label, step }: { label: string; step: number },
): Detection {
  let [peak, at] = [0, 0];
  for (const [index, value] of values.entries()) if (value > peak) [peak, at] = [value, index];
  const box = { x: (at % width) * step, y: Math.floor(at / width) * step, width: 0, height: 0 };
  return { label, confidence: peak, box };
}

/** A region as a detection; its mask has a margin of one sample, so that its outline closes. */
function detectionOf(
  { left, top, right, bottom, peak, samples }: Region,
  map: ProbabilityMap,
  { label, step, level }: { label: string; step: number; level: number },
): Detection {
  const [fromX, fromY] = [Math.max(0, left - 1), Math.max(0, top - 1)];
  const [width, height] = [Math.min(map.width, right + 1) - fromX, Math.min(map.height, bottom + 1) - fromY];
  const values = new Float32Array(width * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      // Samples above the level that belong to another region are excluded.
      values[y * width + x] = Math.min(map.values[(y + fromY) * map.width + x + fromX] ?? 0, level);
    }
  }
  for (const sample of samples) {
    const [x, y] = [(sample % map.width) - fromX, Math.floor(sample / map.width) - fromY];
    values[y * width + x] = map.values[sample] ?? 0;
  }
  return {
    label,
    confidence: peak,
    box: { x: left * step, y: top * step, width: (right - left) * step, height: (bottom - top) * step },
    mask: {
      kind: 'grid',
      ...{ values, width, height, level },
      origin: [fromX * step, fromY * step],
      step: [step, step],
    },
  };
}

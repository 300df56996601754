import type { EvaluatedImage } from './evaluated-image.ts';
import { overlapOf } from './evaluated-image.ts';

/** COCO's ten overlaps from 0.50 to 0.95 and its 101 recalls, by NumPy's linspace, for the same ties. */
const OVERLAPS: readonly number[] = linspace(0.5, 0.95, 10);
const RECALLS = linspace(0, 1, 101);
const MAX_DETECTIONS = 100;

/** Every detection of a set of images, the most confident first, with COCO's verdict at each overlap. */
export interface Verdicts {
  readonly count: number;
  readonly confidences: Float64Array;
  /** The image of each detection. */
  readonly images: Int32Array;
  /** One row of `count` per overlap: 1 a hit, 0 a false alarm, 2 ignored because of a crowd. */
  readonly hits: readonly Uint8Array[];
  /** Fractures that count, per image. */
  readonly fractures: Int32Array;
}

/** Matches detections with fractures as COCOeval's evaluateImg does, over the whole range of areas. */
export function matchDetections(images: readonly EvaluatedImage[]): Verdicts {
  const rows = images.flatMap((image, index) =>
    matchImage(image).map(({ confidence, verdicts }) => ({ confidence, verdicts, index })),
  );
  // Stable, as NumPy's mergesort is.
  const sorted = rows.toSorted((a, b) => b.confidence - a.confidence);
  return {
    count: sorted.length,
    confidences: Float64Array.from(sorted, ({ confidence }) => confidence),
    images: Int32Array.from(sorted, ({ index }) => index),
    hits: OVERLAPS.map((_, overlap) => Uint8Array.from(sorted, ({ verdicts }) => verdicts[overlap] ?? 0)),
    fractures: Int32Array.from(images, ({ fractures }) => fractures.filter(({ isCrowd }) => !isCrowd).length),
  };
}

/** Average precision at one overlap, each image weighted by `weights`; null without a fracture. */
export function averagePrecision(
  { images, hits, fractures }: Verdicts,
  overlap: number,
  weights: ArrayLike<number> | null = null,
): number | null {
  let wanted = 0;
  for (let image = 0; image < fractures.length; image += 1) {
    wanted += (fractures[image] ?? 0) * (weights?.[image] ?? 1);
  }
  if (wanted === 0) return null;
  const verdicts = hits[overlap] ?? new Uint8Array();
  // Recall only rises at hits, and the maximum precision of the remaining curve is at a hit: the rest is not needed.
  const [precisions, recalls]: [number[], number[]] = [[], []];
  const last = verdicts.lastIndexOf(1);
  let [found, wrong] = [0, 0];
  for (let index = 0; index <= last; index += 1) {
    const times = weights === null ? 1 : (weights[images[index] ?? 0] ?? 0);
    if (verdicts[index] === 0) wrong += times;
    if (verdicts[index] !== 1) continue;
    for (let time = 0; time < times; time += 1) {
      found += 1;
      precisions.push(found / (found + wrong + Number.EPSILON));
      recalls.push(found / wanted);
    }
  }
  return meanEnvelope(precisions, recalls);
}

/** Mean over COCO's overlaps; null without a fracture. */
export function meanAveragePrecision(
  verdicts: Verdicts,
  weights: ArrayLike<number> | null = null,
): number | null {
  const values = OVERLAPS.map((_, overlap) => averagePrecision(verdicts, overlap, weights));
  return values.reduce<number | null>(
    (sum, value) => (sum === null || value === null ? null : sum + value / OVERLAPS.length),
    0,
  );
}

function meanEnvelope(precisions: number[], recalls: readonly number[]): number {
  for (let index = precisions.length - 1; index > 0; index -= 1) {
    const [here = 0, before = 0] = [precisions[index], precisions[index - 1]];
    if (here > before) precisions[index - 1] = here;
  }
  let [sum, at] = [0, 0];
  for (const recall of RECALLS) {
    while (at < recalls.length && (recalls[at] ?? 0) < recall) at += 1;
    sum += precisions[at] ?? 0;
  }
  return sum / RECALLS.length;
}

interface Matched {
  readonly confidence: number;
  readonly verdicts: readonly number[];
}

function matchImage({ detections, fractures }: EvaluatedImage): Matched[] {
  const found = detections.toSorted((a, b) => b.confidence - a.confidence).slice(0, MAX_DETECTIONS);
  const drawn = fractures.toSorted((a, b) => Number(a.isCrowd) - Number(b.isCrowd));
  const overlaps = found.map(({ box }) => drawn.map((f) => overlapOf(box, f.box, f.isCrowd)));
  const columns = OVERLAPS.map((least) => {
    const taken = new Set<number>();
    return found.map((_, detection) => {
      let [best, match] = [Math.min(least, 1 - 1e-10), -1];
      for (const [index, { isCrowd }] of drawn.entries()) {
        if (taken.has(index) && !isCrowd) continue;
        // A detection matches a crowd only if it matches nothing else.
        if (match >= 0 && isCrowd && drawn[match]?.isCrowd === false) break;
        const overlap = overlaps[detection]?.[index] ?? 0;
        if (overlap < best) continue;
        [best, match] = [overlap, index];
      }
      if (match < 0) return 0;
      taken.add(match);
      return drawn[match]?.isCrowd ? 2 : 1;
    });
  });
  return found.map(({ confidence }, detection) => ({
    confidence,
    verdicts: columns.map((column) => column[detection] ?? 0),
  }));
}

function linspace(from: number, to: number, count: number): readonly number[] {
  const step = (to - from) / (count - 1);
  return Array.from({ length: count }, (_, index) => (index === count - 1 ? to : index * step + from));
}

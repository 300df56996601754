import type { EvaluatedImage } from './evaluated-image.ts';

/** One detection in COCO's results format, in the pixels of the picture; `file_name` is ours, readers ignore it. */
export interface CocoResult {
  readonly image_id: number;
  readonly category_id: 1;
  readonly bbox: readonly [x: number, y: number, width: number, height: number];
  readonly score: number;
  readonly segmentation?: readonly (readonly number[])[];
  readonly file_name: string;
}

/** COCO's maximum number of detections per image. */
const MAX_DETECTIONS = 100;

/** The detections as COCO results, unrounded, so that another program computes the same figures. */
export function cocoResults(images: readonly EvaluatedImage[]): CocoResult[] {
  return images.flatMap(({ imageId, file, detections }) =>
    detections.slice(0, MAX_DETECTIONS).map(({ box, confidence, polygon }) => ({
      image_id: imageId,
      category_id: 1 as const,
      bbox: [box.x, box.y, box.width, box.height] as const,
      score: confidence,
      ...(polygon ? { segmentation: [polygon.flat()] } : {}),
      file_name: file,
    })),
  );
}

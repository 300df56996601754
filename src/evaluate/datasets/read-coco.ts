import { z } from 'zod';
import type { Polygon } from '../../contract/finding.ts';
import type { DatasetFiles } from './image-files.ts';
import { boxAround, NO_FACTS, type LabelledFracture, type LabelledImage } from './labelled-image.ts';

export const cocoSchema = z.looseObject({
  images: z.array(
    z.looseObject({
      id: z.number(),
      file_name: z.string(),
      width: z.number().optional(),
      height: z.number().optional(),
    }),
  ),
  annotations: z.array(
    z.looseObject({
      image_id: z.number(),
      bbox: z.tuple([z.number(), z.number(), z.number(), z.number()]).optional(),
      segmentation: z.unknown().optional(),
      iscrowd: z.number().optional(),
    }),
  ),
});

export type Coco = z.infer<typeof cocoSchema>;

/** The images of a COCO detection file; every category counts as a fracture. */
export function readCoco(coco: Coco, files: DatasetFiles): LabelledImage[] {
  const byImage = Map.groupBy(coco.annotations, (annotation) => annotation.image_id);
  return coco.images.map(({ id, file_name: file, width, height }) => ({
    file,
    path: files.pathOf(file) ?? file,
    imageId: id,
    fractures: (byImage.get(id) ?? []).flatMap(fractureOf),
    unit: 'pixels',
    declaredSize: width !== undefined && height !== undefined ? { width, height } : null,
    facts: NO_FACTS,
    claims: null,
  }));
}

function fractureOf({ bbox, segmentation, iscrowd }: Coco['annotations'][number]): LabelledFracture[] {
  const polygons = polygonsOf(segmentation);
  if (bbox === undefined && polygons.length === 0) return [];
  const [x, y, width, height] = bbox ?? [0, 0, 0, 0];
  const box = bbox === undefined ? boxAround(polygons) : { x, y, width, height };
  return box.width > 0 && box.height > 0 ? [{ box, polygons, isCrowd: iscrowd === 1 }] : [];
}

/** Flat lists of x, y, x, y …; run-length masks are left to the box. */
function polygonsOf(segmentation: unknown): readonly Polygon[] {
  if (!Array.isArray(segmentation)) return [];
  return segmentation.filter(isNumbers).map((flat) => {
    const points: [number, number][] = [];
    for (let index = 0; index + 1 < flat.length; index += 2)
      points.push([flat[index] ?? 0, flat[index + 1] ?? 0]);
    return points;
  });
}

function isNumbers(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.length >= 6 && value.every((item) => typeof item === 'number');
}

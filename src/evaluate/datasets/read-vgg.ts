import { z } from 'zod';
import type { Polygon } from '../../contract/finding.ts';
import type { DatasetFiles } from './image-files.ts';
import { isPicture } from './image-files.ts';
import { boxAround, NO_FACTS, type LabelledFracture, type LabelledImage } from './labelled-image.ts';

const numbers = z.array(z.number());
const shape = z.discriminatedUnion('name', [
  z.object({ name: z.enum(['polygon', 'polyline']), all_points_x: numbers, all_points_y: numbers }),
  z.object({
    name: z.literal('rect'),
    x: z.number(),
    y: z.number(),
    width: z.number(),
    height: z.number(),
  }),
  z.object({ name: z.literal('circle'), cx: z.number(), cy: z.number(), r: z.number() }),
  z.object({
    name: z.literal('ellipse'),
    cx: z.number(),
    cy: z.number(),
    rx: z.number(),
    ry: z.number(),
  }),
]);
const region = z.looseObject({ shape_attributes: shape });
const image = z.looseObject({
  filename: z.string(),
  regions: z.union([z.array(region), z.record(z.string(), region)]),
});

/** The VGG Image Annotator's export, alone or inside its project file. */
export const vggSchema = z.union([
  z
    .looseObject({ _via_img_metadata: z.record(z.string(), image) })
    .transform((project) => project._via_img_metadata),
  z.record(z.string(), image),
]);

/** The pictures of a folder with the drawn fractures; one that the file does not name is without a fracture. */
export function readVgg(vgg: z.infer<typeof vggSchema>, files: DatasetFiles): LabelledImage[] {
  const byFile = new Map(Object.values(vgg).map((entry) => [files.pathOf(entry.filename), entry]));
  return files.names.filter(isPicture).map((name, index) => {
    const path = files.pathOf(name) ?? name;
    const regions = byFile.get(path)?.regions ?? [];
    return {
      ...{ file: name, path, imageId: index + 1 },
      fractures: Object.values(regions).map(({ shape_attributes: drawn }) => fractureOf(drawn)),
      ...{ unit: 'pixels', declaredSize: null, facts: NO_FACTS, claims: null },
    };
  });
}

const CIRCLE_POINTS = 48;

function fractureOf(drawn: z.infer<typeof shape>): LabelledFracture {
  if (drawn.name === 'rect') {
    const { x, y, width, height } = drawn;
    return { box: { x, y, width, height }, polygons: [], isCrowd: false };
  }
  const polygon = outlineOf(drawn);
  return { box: boxAround([polygon]), polygons: [polygon], isCrowd: false };
}

function outlineOf(drawn: Exclude<z.infer<typeof shape>, { name: 'rect' }>): Polygon {
  if (drawn.name === 'circle') return ellipse(drawn.cx, drawn.cy, [drawn.r, drawn.r]);
  if (drawn.name === 'ellipse') return ellipse(drawn.cx, drawn.cy, [drawn.rx, drawn.ry]);
  return drawn.all_points_x.map((x, index) => [x, drawn.all_points_y[index] ?? 0]);
}

function ellipse(cx: number, cy: number, [rx, ry]: readonly [number, number]): Polygon {
  return Array.from({ length: CIRCLE_POINTS }, (_, index) => {
    const angle = (index / CIRCLE_POINTS) * 2 * Math.PI;
    return [cx + rx * Math.cos(angle), cy + ry * Math.sin(angle)];
  });
}

import { overlaySvg, type Outline } from './overlay-svg.ts';
import { encodeMarked, type GreyPicture } from './raster-codec.ts';

/** JPEGs of a radiograph with its findings drawn on it, without metadata: a large one, and one for a list row. */
export type MarkedCopies = Readonly<Record<CopySize, Uint8Array<ArrayBuffer>>>;

export type CopySize = 'large' | 'row';

/**
 * On a 1920 × 1080 ward display the large one is at most 576 pixels wide, the row's 208, or 416 at twice the pixel
 * density. At these widths the strokes are visible from five metres.
 */
const FORMS = {
  large: { width: 640, height: 960, stroke: 5 },
  row: { width: 480, height: 640, stroke: 7 },
} as const;

/** Two uncropped copies of an 8-bit picture with outlines around its findings and no text. */
export async function markCopies(picture: GreyPicture, marks: readonly Outline[]): Promise<MarkedCopies> {
  const [large, row] = await Promise.all([
    markCopy(picture, marks, FORMS.large),
    markCopy(picture, marks, FORMS.row),
  ]);
  return { large, row };
}

async function markCopy(
  picture: GreyPicture,
  marks: readonly Outline[],
  form: { readonly width: number; readonly height: number; readonly stroke: number },
): Promise<Uint8Array<ArrayBuffer>> {
  const scale = Math.min(form.width / picture.width, form.height / picture.height);
  const size = {
    width: Math.max(1, Math.round(picture.width * scale)),
    height: Math.max(1, Math.round(picture.height * scale)),
  };
  const scaled = marks.map(({ box, isDefinite }) => ({
    box: { x: box.x * scale, y: box.y * scale, width: box.width * scale, height: box.height * scale },
    isDefinite,
    tag: '',
  }));
  const svg = overlaySvg(size, scaled, { stroke: form.stroke, caption: '' });
  return new Uint8Array(await encodeMarked(picture, svg, size));
}

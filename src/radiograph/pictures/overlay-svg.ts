import type { Box } from '../../contract/box.ts';

/** A finding to draw on a copy of its radiograph. */
export interface Outline {
  /** In the picture's pixels. */
  readonly box: Box;
  /** Very likely: a solid red outline; only suspected: a dashed yellow one. */
  readonly isDefinite: boolean;
}

export interface OverlayMark extends Outline {
  /** Short text outside the box; digits, letters and a middle dot. Empty: the outline alone. */
  readonly tag: string;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

interface OverlayOptions {
  /** Width of the outlines in pixels; by default it depends on the picture's size. */
  readonly stroke?: number;
  /** A line at the lower edge; empty: none. */
  readonly caption?: string;
}

const RED = '#ff453a';
const YELLOW = '#ffd21f';

/**
 * Draws the marks as an SVG of the picture's size: outlines with a black halo around each finding, never over it;
 * at the edge of the picture they run along that edge.
 */
export function overlaySvg(
  size: Size,
  marks: readonly OverlayMark[],
  { stroke = strokeFor(size), caption = 'not for diagnosis' }: OverlayOptions = {},
): string {
  const drawn = marks.map((mark) => drawMark(mark, { stroke, ...size })).join('');
  const line = text(caption, {
    x: stroke * 6,
    y: size.height - stroke * 6,
    size: stroke * 11,
    fill: '#a9b4be',
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${size.width}" height="${size.height}">${drawn}${line}</svg>`;
}

function strokeFor({ width, height }: Size): number {
  return Math.max(2, Math.round(Math.max(width, height) / 500));
}

function drawMark({ box, isDefinite, tag }: OverlayMark, frame: Size & { readonly stroke: number }): string {
  const { stroke, width } = frame;
  const colour = isDefinite ? RED : YELLOW;
  const dash = isDefinite ? '' : ` stroke-dasharray="${stroke * 4} ${stroke * 3}"`;
  const at = outlineOf(box, frame);
  const size = `width="${at.width}" height="${at.height}"`;
  const outline = (attributes: string): string =>
    `<rect x="${at.x}" y="${at.y}" ${size} fill="none" ${attributes}/>`;
  const height = stroke * 12;
  const label = {
    x: Math.max(0, Math.min(at.x, width - height * tag.length * 0.6)),
    y: at.y > height * 1.4 ? at.y - stroke * 4 : box.y + box.height + height + stroke * 3,
    size: height,
    fill: colour,
  };
  return (
    outline(`stroke="#000" stroke-width="${stroke * 2}"`) +
    outline(`stroke="${colour}" stroke-width="${stroke}"${dash}`) +
    text(tag, label)
  );
}

/** Slightly larger than the box, with the whole line inside the picture. */
function outlineOf(box: Box, { stroke, width, height }: Size & { readonly stroke: number }): Box {
  const x = Math.max(stroke, box.x - stroke * 2);
  const y = Math.max(stroke, box.y - stroke * 2);
  const right = Math.min(width - stroke, box.x + box.width + stroke * 2);
  const bottom = Math.min(height - stroke, box.y + box.height + stroke * 2);
  return { x, y, width: Math.max(0, right - x), height: Math.max(0, bottom - y) };
}

function text(
  words: string,
  { x, y, size, fill }: { x: number; y: number; size: number; fill: string },
): string {
  if (words === '') return '';
  const font = `font-family="Bonewatch Sans, Noto Sans, sans-serif" font-weight="600" font-size="${size}"`;
  const halo = `paint-order="stroke" stroke="#000" stroke-width="${size / 4}"`;
  return `<text x="${x}" y="${y}" ${font} fill="${fill}" ${halo}>${words.replace(/[<&]/g, '')}</text>`;
}

import type { Box } from '../box.ts';

/** A finding to be drawn on a copy of its radiograph. */
export interface OverlayMark {
  /** In the picture's pixels. */
  readonly box: Box;
  /** Very likely: a solid red outline; only suspected: a dashed yellow one. */
  readonly isDefinite: boolean;
  /** Short text outside the box; digits, letters and a middle dot. */
  readonly tag: string;
}

const RED = '#ff453a';
const YELLOW = '#ffd21f';

/** The marks as an SVG of the picture's size: outlines with a black halo, drawn around what they mark, never over it. */
export function overlaySvg(
  size: { readonly width: number; readonly height: number },
  marks: readonly OverlayMark[],
): string {
  const stroke = Math.max(2, Math.round(Math.max(size.width, size.height) / 500));
  const drawn = marks.map((mark) => drawMark(mark, { stroke, ...size })).join('');
  const caption = text('not for diagnosis', {
    x: stroke * 6,
    y: size.height - stroke * 6,
    size: stroke * 11,
    fill: '#a9b4be',
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${size.width}" height="${size.height}">${drawn}${caption}</svg>`;
}

function drawMark(
  { box, isDefinite, tag }: OverlayMark,
  { stroke, width }: { stroke: number; width: number },
): string {
  const colour = isDefinite ? RED : YELLOW;
  const dash = isDefinite ? '' : ` stroke-dasharray="${stroke * 4} ${stroke * 3}"`;
  const at = { x: box.x - stroke * 2, y: box.y - stroke * 2 };
  const size = `width="${box.width + stroke * 4}" height="${box.height + stroke * 4}"`;
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

function text(
  words: string,
  { x, y, size, fill }: { x: number; y: number; size: number; fill: string },
): string {
  const font = `font-family="Bonewatch Sans, Noto Sans, sans-serif" font-weight="600" font-size="${size}"`;
  const halo = `paint-order="stroke" stroke="#000" stroke-width="${size / 4}"`;
  return `<text x="${x}" y="${y}" ${font} fill="${fill}" ${halo}>${words.replace(/[<&]/g, '')}</text>`;
}

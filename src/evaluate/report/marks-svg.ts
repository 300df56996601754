import type { Box } from '../../contract/box.ts';
import type { Finding, Polygon } from '../../contract/finding.ts';
import type { LabelledFracture } from '../datasets/labelled-image.ts';

const DRAWN = '#35d0ff';
const SUSPECTED = '#ffd21f';
const DEFINITE = '#ff453a';

/** Drawn (cyan) and found fractures (yellow dashed, red solid if definite), as an SVG of the picture's size. */
export function marksSvg(
  size: { readonly width: number; readonly height: number },
  {
    fractures,
    findings,
    definite,
  }: {
    readonly fractures: readonly LabelledFracture[];
    readonly findings: readonly Finding[];
    readonly definite: number;
  },
): string {
  const stroke = Math.max(1.5, Math.max(size.width, size.height) / 260);
  const marks = [
    ...fractures.map(({ box, polygons }) =>
      [
        rect(box, { colour: DRAWN, stroke }),
        ...polygons.map((p) => outline(p, { colour: DRAWN, stroke })),
      ].join(''),
    ),
    ...findings.map(({ box, polygon, confidence }) => {
      const style =
        confidence >= definite ? { colour: DEFINITE, stroke } : { colour: SUSPECTED, stroke, isDashed: true };
      return rect(box, style) + (polygon ? outline(polygon, style) : '');
    }),
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${size.width}" height="${size.height}">${marks.join('')}</svg>`;
}

interface Style {
  readonly colour: string;
  readonly stroke: number;
  readonly isDashed?: boolean;
}

function attributes({ colour, stroke, isDashed = false }: Style): string {
  const dash = isDashed ? ` stroke-dasharray="${stroke * 4} ${stroke * 3}"` : '';
  return `fill="none" stroke="${colour}" stroke-width="${stroke}"${dash}`;
}

function rect({ x, y, width, height }: Box, style: Style): string {
  return `<rect x="${x}" y="${y}" width="${width}" height="${height}" ${attributes(style)}/>`;
}

function outline(polygon: Polygon, style: Style): string {
  const points = polygon.map((point) => point.join()).join(' ');
  return `<polygon points="${points}" ${attributes({ ...style, stroke: style.stroke / 2 })}/>`;
}

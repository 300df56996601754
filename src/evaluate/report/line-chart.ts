import { escapeHtml } from './escape-html.ts';

export interface Series {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
  /** `line`: joined; `steps`: a staircase; `dots`: separate points; `guide`: a thin dashed line without a name. */
  readonly kind: 'line' | 'steps' | 'dots' | 'guide';
}

export interface LineChart {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  /** Both axes begin at 0. */
  readonly xMax: number;
  readonly series: readonly Series[];
}

const SIZE = { width: 380, height: 340, left: 52, right: 14, top: 34, bottom: 46 };
const TICKS = 5;

/** A chart whose y axis is a share, 0…1, as a self-contained SVG that inherits only the text colour. */
export function lineChart({ title, xLabel, yLabel, xMax, series }: LineChart): string {
  const plot = { width: SIZE.width - SIZE.left - SIZE.right, height: SIZE.height - SIZE.top - SIZE.bottom };
  const toX = (x: number): number => round(SIZE.left + (Math.min(x, xMax) / xMax) * plot.width);
  const toY = (y: number): number => round(SIZE.top + (1 - y) * plot.height);
  const [right, bottom] = [SIZE.left + plot.width, SIZE.top + plot.height];
  const grid = Array.from({ length: TICKS + 1 }, (_, tick) => {
    const [x, y] = [toX((tick / TICKS) * xMax), toY(tick / TICKS)];
    return [
      `<path class="grid" d="M${x} ${SIZE.top}V${bottom}M${SIZE.left} ${y}H${right}"/>`,
      `<text x="${x}" y="${bottom + 16}" text-anchor="middle">${tickText((tick / TICKS) * xMax)}</text>`,
      `<text x="${SIZE.left - 8}" y="${y + 4}" text-anchor="end">${tickText(tick / TICKS)}</text>`,
    ].join('');
  });
  const drawn = series.map((one, index) => drawSeries(one, { index, toX, toY }));
  const legend = series
    .filter(({ kind, name }) => kind !== 'guide' && name !== '')
    .map(({ name }, index) => {
      const y = bottom - 10 - index * 16;
      return `<text x="${right - 8}" y="${y}" text-anchor="end" class="s${index}">${escapeHtml(name)}</text>`;
    });
  return [
    `<svg viewBox="0 0 ${SIZE.width} ${SIZE.height}" role="img" aria-label="${escapeHtml(title)}">`,
    `<text class="title" x="${SIZE.left}" y="20">${escapeHtml(title)}</text>`,
    ...grid,
    `<text x="${SIZE.left + plot.width / 2}" y="${SIZE.height - 8}" text-anchor="middle">${escapeHtml(xLabel)}</text>`,
    `<text transform="translate(14 ${SIZE.top + plot.height / 2}) rotate(-90)" text-anchor="middle">${escapeHtml(yLabel)}</text>`,
    ...drawn,
    ...legend,
    '</svg>',
  ].join('');
}

function drawSeries(
  { points, kind }: Series,
  { index, toX, toY }: { index: number; toX: (x: number) => number; toY: (y: number) => number },
): string {
  if (kind === 'dots') {
    return points.map(([x, y]) => `<circle class="s${index}" cx="${toX(x)}" cy="${toY(y)}" r="4"/>`).join('');
  }
  const path = points.map(([x, y], place) => {
    if (place === 0) return `M${toX(x)} ${toY(y)}`;
    return kind === 'steps' ? `H${toX(x)}V${toY(y)}` : `L${toX(x)} ${toY(y)}`;
  });
  return `<path class="${kind === 'guide' ? 'guide' : `curve s${index}`}" d="${path.join('')}"/>`;
}

function tickText(value: number): string {
  return String(Math.round(value * 100) / 100);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Quality } from '../../contract/api/quality.ts';
import type { QualityWords } from '../i18n/quality/en.ts';
import type { PageView } from '../shared/page/run-page.tsx';

export interface PlotSize {
  readonly width: number;
  readonly height: number;
}

/** The data that each plot of the page is drawn from. */
export interface QualityPlotProps {
  readonly quality: Quality;
  readonly own: QualityWords;
  readonly view: PageView;
}

/** The same, and the size of the box to draw into. */
export interface DrawingProps extends QualityPlotProps {
  readonly size: PlotSize;
}

interface PlotProps {
  readonly name: string;
  readonly title: string;
  readonly detail: string;
  /** Draws into a box of this size; null if there is nothing to draw. */
  readonly draw: ((size: PlotSize) => ComponentChildren) | null;
  readonly empty: string;
}

/** A plot whose title states its result. */
export function Plot({ name, title, detail, draw, empty }: PlotProps): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState<PlotSize>({ width: 0, height: 0 });
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const watch = new ResizeObserver(() =>
      setSize({ width: element.clientWidth, height: element.clientHeight }),
    );
    watch.observe(element);
    return () => watch.disconnect();
  }, []);
  return (
    <section class="plot" id={name}>
      <h2>{title}</h2>
      <p>{detail}</p>
      <div ref={box}>
        {draw === null ? (
          <p class="nothing">{empty}</p>
        ) : (
          size.width > 0 && (
            <svg viewBox={`0 0 ${size.width} ${size.height}`} role="img" aria-label={`${title}. ${detail}`}>
              {draw(size)}
            </svg>
          )
        )}
      </div>
    </section>
  );
}

interface TextProps {
  readonly x: number;
  readonly y: number;
  readonly children: ComponentChildren;
  readonly kind?: 'key' | 'bone' | '';
  readonly anchor?: 'start' | 'middle' | 'end';
}

export function Text({ x, y, children, kind = '', anchor = 'start' }: TextProps): JSX.Element {
  return (
    <text x={x} y={y} class={kind} text-anchor={anchor}>
      {children}
    </text>
  );
}

/** The upper end of an axis of shares from 0: a round number that holds every value. */
export function topOf(values: readonly number[]): number {
  const highest = Math.max(0, ...values);
  return [0.05, 0.1, 0.2, 0.4, 0.6, 0.8].find((top) => highest <= top) ?? 1;
}

/** Points as the path of a line. */
export function lineOf(points: readonly (readonly [number, number])[]): string {
  return points.length === 0 ? '' : `M${points.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join('L')}`;
}

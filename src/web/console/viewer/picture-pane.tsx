import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { greysOf } from './picture.ts';
import type { GreyWindow, Picture } from './picture.ts';
import { paintPicture } from './paint-picture.ts';
import type { Placement } from './paint-picture.ts';

interface PictureCanvasProps {
  readonly picture: Picture;
  readonly placement: Placement;
  readonly window: GreyWindow | null;
  readonly isInverted: boolean;
  readonly label: string;
  readonly size: { readonly width: number; readonly height: number };
}

/** The radiograph itself, painted again whenever its placement, window or inversion changes. */
export function PictureCanvas({
  picture,
  placement,
  window: grey,
  isInverted,
  label,
  size,
}: PictureCanvasProps): JSX.Element {
  const canvas = useRef<HTMLCanvasElement>(null);
  const greys = useGreys({ picture, window: grey, isInverted });
  const ratio = devicePixelRatio;
  const width = Math.max(1, Math.round(size.width * ratio));
  const height = Math.max(1, Math.round(size.height * ratio));

  useLayoutEffect(() => {
    const context = canvas.current?.getContext('2d', { alpha: false });
    if (context === null || context === undefined) return;
    const image = context.createImageData(width, height);
    const onScreen = { x: placement.x * ratio, y: placement.y * ratio, scale: placement.scale * ratio };
    const pixels = new Uint32Array(image.data.buffer);
    paintPicture({ width, height, pixels }, picture, { placement: onScreen, greys });
    context.putImageData(image, 0, 0);
    // Measurements and tests wait for this attribute: the picture is on the screen.
    canvas.current?.setAttribute('data-painted', picture.steps[0]?.shrink === 1 ? 'full' : 'quick');
  }, [picture, placement, greys, width, height]);

  return <canvas ref={canvas} width={width} height={height} role="img" aria-label={label} />;
}

function useGreys({
  picture,
  window: grey,
  isInverted,
}: Pick<PictureCanvasProps, 'picture' | 'window' | 'isInverted'>): Uint32Array {
  const cache = useRef<{ readonly key: readonly unknown[]; readonly greys: Uint32Array } | null>(null);
  const key = [picture, grey, isInverted];
  if (cache.current === null || key.some((part, index) => part !== cache.current?.key[index]))
    cache.current = { key, greys: greysOf(picture, { window: grey, isInverted }) };
  return cache.current.greys;
}

/** The current size of an element. */
export function useSize(element: { readonly current: HTMLElement | null }): {
  readonly width: number;
  readonly height: number;
} {
  const [size, setSize] = useState({ width: 0, height: 0 });
  useEffect(() => {
    const { current } = element;
    if (current === null) return;
    const measure = (): void => setSize({ width: current.clientWidth, height: current.clientHeight });
    const observer = new ResizeObserver(measure);
    observer.observe(current);
    measure();
    return () => observer.disconnect();
  }, []);
  return size;
}

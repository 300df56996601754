import { useEffect, useRef } from 'preact/hooks';
import type { Box } from '../../../contract/box.ts';
import type { GreyWindow, Picture } from './picture.ts';
import { enlarged } from './paint-picture.ts';
import type { Placement } from './paint-picture.ts';

interface HandParts {
  readonly picture: Picture | null;
  readonly placement: Placement;
  readonly onPlacement: (placement: Placement) => void;
  readonly window: GreyWindow | null;
  readonly onWindow: (window: GreyWindow) => void;
  readonly isDrawing: boolean;
  readonly box: Box | null;
  readonly onBox: (box: Box) => void;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

type Grip =
  | { readonly type: 'pan'; readonly from: Point; readonly placement: Placement }
  | { readonly type: 'window'; readonly from: Point; readonly window: GreyWindow }
  | { readonly type: 'draw'; readonly anchor: Point };

const CORNER_PX = 14;
const MIN_BOX_PX = 6;

/** What a hand does on the picture: wheel to zoom, drag to move, W or the right button to window, draw where asked. */
export function usePointerTools(parts: HandParts) {
  const held = useRef(new Set<string>());
  const grip = useRef<Grip | null>(null);

  useEffect(() => {
    const onDown = ({ code }: KeyboardEvent): void => void held.current.add(code);
    const onUp = ({ code }: KeyboardEvent): void => void held.current.delete(code);
    const onBlur = (): void => held.current.clear();
    addEventListener('keydown', onDown);
    addEventListener('keyup', onUp);
    addEventListener('blur', onBlur);
    return () => {
      removeEventListener('keydown', onDown);
      removeEventListener('keyup', onUp);
      removeEventListener('blur', onBlur);
    };
  }, []);

  function gripFor(event: PointerEvent, at: Point): Grip | null {
    const { picture, placement, window: grey, isDrawing, box } = parts;
    if (picture === null) return null;
    if (event.button === 2 || held.current.has('KeyW'))
      return { type: 'window', from: at, window: grey ?? picture.window };
    if (event.button === 1 || held.current.has('Space') || !isDrawing)
      return { type: 'pan', from: at, placement };
    return { type: 'draw', anchor: anchorOf(box, at, placement) };
  }

  return {
    onPointerDown(event: PointerEvent): void {
      const target = event.currentTarget as HTMLElement;
      grip.current = gripFor(event, pointIn(target, event));
      if (grip.current !== null) target.setPointerCapture(event.pointerId);
    },
    onPointerMove(event: PointerEvent): void {
      const { current } = grip;
      const { picture } = parts;
      if (current === null || picture === null) return;
      const at = pointIn(event.currentTarget as HTMLElement, event);
      if (current.type === 'pan') {
        const { x, y, scale } = current.placement;
        parts.onPlacement({ scale, x: x + at.x - current.from.x, y: y + at.y - current.from.y });
      } else if (current.type === 'window') parts.onWindow(windowed(current, at));
      else {
        const box = boxBetween(current.anchor, inPicture(at, parts.placement), picture);
        if (Math.min(box.width, box.height) * parts.placement.scale >= MIN_BOX_PX) parts.onBox(box);
      }
    },
    onPointerUp(): void {
      grip.current = null;
    },
    onWheel(event: WheelEvent): void {
      event.preventDefault();
      const factor = Math.exp(-event.deltaY * (event.deltaMode === 0 ? 0.0015 : 0.05));
      parts.onPlacement(
        enlarged(parts.placement, factor, pointIn(event.currentTarget as HTMLElement, event)),
      );
    },
    onContextMenu(event: Event): void {
      event.preventDefault();
    },
  };
}

function pointIn(element: HTMLElement, { clientX, clientY }: MouseEvent): Point {
  const { left, top } = element.getBoundingClientRect();
  return { x: clientX - left, y: clientY - top };
}

function inPicture(at: Point, { x, y, scale }: Placement): Point {
  return { x: (at.x - x) / scale, y: (at.y - y) / scale };
}

/** Drawing from near a corner of the box drawn before moves that corner: the opposite one stays. */
function anchorOf(box: Box | null, at: Point, placement: Placement): Point {
  const point = inPicture(at, placement);
  if (box === null) return point;
  const reach = CORNER_PX / placement.scale;
  const corners = [
    { x: box.x, y: box.y },
    { x: box.x + box.width, y: box.y },
    { x: box.x, y: box.y + box.height },
    { x: box.x + box.width, y: box.y + box.height },
  ];
  const near = corners.find(({ x, y }) => Math.hypot(x - point.x, y - point.y) <= reach);
  return near === undefined
    ? point
    : { x: 2 * box.x + box.width - near.x, y: 2 * box.y + box.height - near.y };
}

function boxBetween(
  a: Point,
  b: Point,
  { width, height }: { readonly width: number; readonly height: number },
): Box {
  const [left, right] = [clamp(Math.min(a.x, b.x), width), clamp(Math.max(a.x, b.x), width)];
  const [top, bottom] = [clamp(Math.min(a.y, b.y), height), clamp(Math.max(a.y, b.y), height)];
  return { x: left, y: top, width: right - left, height: bottom - top };
}

function clamp(value: number, most: number): number {
  return Math.round(Math.min(Math.max(value, 0), most) * 10) / 10;
}

/** Sideways for the width, up and down for the centre, as in every reading room. */
function windowed({ from, window: grey }: Extract<Grip, { type: 'window' }>, at: Point): GreyWindow {
  const width = Math.max(1, grey.width * Math.exp((at.x - from.x) / 200));
  const center = grey.center + ((at.y - from.y) / 300) * grey.width;
  return { width: Math.round(width), center: Math.round(center) };
}

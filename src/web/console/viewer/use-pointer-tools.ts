import { useEffect, useRef } from 'preact/hooks';
import type { Box } from '../../../contract/box.ts';
import type { GreyWindow, Picture } from './picture.ts';
import { enlarged } from './paint-picture.ts';
import type { Placement } from './paint-picture.ts';

interface PointerParts {
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

/** Pointer tools on the picture: wheel to zoom, drag to move, W or the right button to window, draw when asked to. */
export function usePointerTools(parts: PointerParts) {
  const pressedKeys = usePressedKeys();
  const grip = useRef<Grip | null>(null);

  return {
    onPointerDown(event: PointerEvent): void {
      const target = event.currentTarget as HTMLElement;
      grip.current = gripFor(parts, event, pressedKeys.current);
      if (grip.current !== null) target.setPointerCapture(event.pointerId);
    },
    onPointerMove(event: PointerEvent): void {
      if (grip.current !== null) drag(parts, grip.current, pointOf(event));
    },
    onPointerUp(): void {
      grip.current = null;
    },
    onWheel(event: WheelEvent): void {
      event.preventDefault();
      const factor = Math.exp(-event.deltaY * (event.deltaMode === 0 ? 0.0015 : 0.05));
      parts.onPlacement(enlarged(parts.placement, factor, pointOf(event)));
    },
    onContextMenu(event: Event): void {
      event.preventDefault();
    },
  };
}

/** The codes of the keys that are pressed at this moment. */
function usePressedKeys(): { readonly current: ReadonlySet<string> } {
  const pressed = useRef(new Set<string>());
  useEffect(() => {
    const onDown = ({ code }: KeyboardEvent): void => void pressed.current.add(code);
    const onUp = ({ code }: KeyboardEvent): void => void pressed.current.delete(code);
    const onBlur = (): void => pressed.current.clear();
    addEventListener('keydown', onDown);
    addEventListener('keyup', onUp);
    addEventListener('blur', onBlur);
    return () => {
      removeEventListener('keydown', onDown);
      removeEventListener('keyup', onUp);
      removeEventListener('blur', onBlur);
    };
  }, []);
  return pressed;
}

function gripFor(parts: PointerParts, event: PointerEvent, pressedKeys: ReadonlySet<string>): Grip | null {
  const { picture, placement, window: grey, isDrawing, box } = parts;
  if (picture === null) return null;
  const at = pointOf(event);
  if (event.button === 2 || pressedKeys.has('KeyW'))
    return { type: 'window', from: at, window: grey ?? picture.window };
  if (event.button === 1 || pressedKeys.has('Space') || !isDrawing)
    return { type: 'pan', from: at, placement };
  return { type: 'draw', anchor: anchorOf(box, at, placement) };
}

function drag(parts: PointerParts, grip: Grip, at: Point): void {
  const { picture, placement } = parts;
  if (picture === null) return;
  if (grip.type === 'pan') {
    const { x, y, scale } = grip.placement;
    parts.onPlacement({ scale, x: x + at.x - grip.from.x, y: y + at.y - grip.from.y });
  } else if (grip.type === 'window') parts.onWindow(windowed(grip, at));
  else {
    const box = boxBetween(grip.anchor, inPicture(at, placement), picture);
    if (Math.min(box.width, box.height) * placement.scale >= MIN_BOX_PX) parts.onBox(box);
  }
}

/** The position of an event in the element that handles it. */
function pointOf(event: MouseEvent): Point {
  const { left, top } = (event.currentTarget as HTMLElement).getBoundingClientRect();
  return { x: event.clientX - left, y: event.clientY - top };
}

function inPicture(at: Point, { x, y, scale }: Placement): Point {
  return { x: (at.x - x) / scale, y: (at.y - y) / scale };
}

/** Dragging near a corner of the existing box moves that corner; the opposite one is the anchor. */
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

/** Horizontally for the width, vertically for the centre, as in PACS viewers. */
function windowed({ from, window: grey }: Extract<Grip, { type: 'window' }>, at: Point): GreyWindow {
  const width = Math.max(1, grey.width * Math.exp((at.x - from.x) / 200));
  const center = grey.center + ((at.y - from.y) / 300) * grey.width;
  return { width: Math.round(width), center: Math.round(center) };
}

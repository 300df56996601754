/** A rectangle in pixels of the image it belongs to; origin top left, x to the right, y down. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

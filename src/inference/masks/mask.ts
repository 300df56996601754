/**
 * The mask of one detection, before it is traced to an outline; inside is above `level`.
 * - `grid`: values at sample centres in the model's input; the first sample's area begins at `origin`, each is `step`
 *   input pixels wide and high.
 * - `roi`: a rectangle of probabilities stretched over the detection's box, as R-CNN heads return them.
 * - `prototypes`: maps over the whole input, and the detection's coefficient for each (YOLO segmentation); their sum
 *   is a logit, and only the part inside the box counts.
 */
export type Mask = GridMask | RoiMask | PrototypeMask;

export interface GridMask {
  readonly kind: 'grid';
  readonly values: Float32Array;
  readonly width: number;
  readonly height: number;
  readonly origin: readonly [x: number, y: number];
  readonly step: readonly [x: number, y: number];
  readonly level: number;
}

export interface RoiMask {
  readonly kind: 'roi';
  readonly values: Float32Array;
  readonly width: number;
  readonly height: number;
  readonly level: number;
}

export interface PrototypeMask {
  readonly kind: 'prototypes';
  readonly coefficients: Float32Array;
  /** Concatenated maps. */
  readonly prototypes: Float32Array;
  readonly width: number;
  readonly height: number;
  readonly level: number;
}

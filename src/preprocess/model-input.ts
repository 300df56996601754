/** The part of a model's manifest that preprocessing needs. */
export interface ModelInput {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  /** Multiplies a grey value 0…255 before mean and std. */
  readonly scale: number;
  /** One for each channel. */
  readonly mean: readonly number[];
  readonly std: readonly number[];
  /** letterbox: scaled to fit, in the centre; pad: scaled to fit, top left; stretch: the shape changes. */
  readonly fit: 'letterbox' | 'stretch' | 'pad';
  /** Grey value 0…255 around the picture. */
  readonly padValue: number;
}

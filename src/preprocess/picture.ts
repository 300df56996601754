/** Grey pixels, row-major; `levels` maps every sample to its grey, 0…65535. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly samples: Uint8Array | Uint16Array;
  /** A power of two in length; sample bits above the last index are ignored. */
  readonly levels: Uint16Array;
}

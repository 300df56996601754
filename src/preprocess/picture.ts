/** Grey pixels, row-major; every sample stands for the grey that `levels` holds at it, 0…65535. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly samples: Uint8Array | Uint16Array;
  /** As many as a power of two; what is above the index of the last does not count. */
  readonly levels: Uint16Array;
}

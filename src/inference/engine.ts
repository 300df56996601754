/** One output of a model: row-major float32 and its shape. */
export interface OutputTensor {
  readonly values: Float32Array;
  readonly dims: readonly number[];
}

/**
 * A loaded model on one execution provider. `run` takes the one input as float32 of the given shape and returns
 * every output by name; it may block its thread, so it is used in the inference process only.
 */
export interface Engine extends AsyncDisposable {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  run(values: Float32Array, dims: readonly number[]): Promise<Readonly<Record<string, OutputTensor>>>;
}

import type { ProviderOptions } from './provider-options.ts';

/** A runtime library of the hospital's choice and how its accelerators are set; plain data for the process. */
export interface RuntimeChoice {
  /** Path of the `libonnxruntime.so.1`. */
  readonly library: string;
  /** For the asked execution provider; empty for the CPU. */
  readonly providerOptions: ProviderOptions;
}

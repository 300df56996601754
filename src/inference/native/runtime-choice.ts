import type { ProviderOptions } from './provider-options.ts';

/** The configured runtime library and the options of its accelerators; plain data for the process. */
export interface RuntimeChoice {
  /** Path of the `libonnxruntime.so.1`. */
  readonly library: string;
  /** For the requested execution provider; empty for the CPU. */
  readonly providerOptions: ProviderOptions;
}

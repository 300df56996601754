/** Options of an execution provider, by ONNX Runtime's names. */
export type ProviderOptions = Readonly<Record<string, string>>;

/** `int8`: where the graph is quantised, FP16 for the rest. */
export type Precision = 'fp16' | 'fp32' | 'int8';

export interface TensorrtSettings {
  /** Folder of the engines; must exist. */
  readonly engineFolder: string;
  readonly precision: Precision;
  readonly workspaceBytes: number;
  readonly optimizationLevel: number;
  readonly deviceId: number;
}

/** The prefix of engine file names, independent of the model's file name. */
const ENGINE_PREFIX = 'bonewatch';

/**
 * Options for ONNX Runtime's TensorRT execution provider. It rejects empty values, and a workspace of 0
 * would mean all of the memory that a Jetson's GPU shares with the system.
 */
export function tensorrtOptions(settings: TensorrtSettings): ProviderOptions {
  const { engineFolder, precision, workspaceBytes, optimizationLevel, deviceId } = settings;
  return {
    device_id: String(deviceId),
    trt_fp16_enable: precision === 'fp32' ? '0' : '1',
    trt_int8_enable: precision === 'int8' ? '1' : '0',
    trt_engine_cache_enable: '1',
    trt_engine_cache_path: engineFolder,
    trt_engine_cache_prefix: ENGINE_PREFIX,
    trt_timing_cache_enable: '1',
    trt_timing_cache_path: engineFolder,
    trt_max_workspace_size: String(workspaceBytes),
    trt_builder_optimization_level: String(optimizationLevel),
  };
}

/** Options for the CUDA execution provider: no TF32, so that its boxes match the CPU's. */
export function cudaOptions(deviceId: number): ProviderOptions {
  return {
    device_id: String(deviceId),
    cudnn_conv_algo_search: 'HEURISTIC',
    arena_extend_strategy: 'kSameAsRequested',
    use_tf32: '0',
  };
}

/** `key=value;key=value`, as ONNX Runtime returns its options. */
export function parseOptions(text: string): ProviderOptions {
  return Object.fromEntries(
    text
      .split(';')
      .filter((entry) => entry.includes('='))
      .map((entry) => {
        const at = entry.indexOf('=');
        return [entry.slice(0, at), entry.slice(at + 1)];
      }),
  );
}

/** The options that were read back with another value, as `key: asked, got`; booleans have two notations. */
export function optionFaults(asked: ProviderOptions, got: ProviderOptions): string[] {
  const plain = (value: string | undefined): string | undefined =>
    value === undefined ? undefined : ({ True: '1', False: '0' }[value] ?? value);
  return Object.entries(asked)
    .filter(([key, value]) => plain(got[key]) !== plain(value))
    .map(([key, value]) => `${key}: asked ${value}, got ${got[key] ?? 'nothing'}`);
}

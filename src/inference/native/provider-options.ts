/** Options of an execution provider, in ONNX Runtime's words. */
export type ProviderOptions = Readonly<Record<string, string>>;

/** `int8`: where the graph itself says how it is quantised, FP16 for the rest. */
export type Precision = 'fp16' | 'fp32' | 'int8';

export interface TensorrtSettings {
  /** Folder of the engines; must exist. */
  readonly engineFolder: string;
  readonly precision: Precision;
  readonly workspaceBytes: number;
  readonly optimizationLevel: number;
  readonly deviceId: number;
}

/** The name that engine files begin with, whatever the model's file is called. */
const ENGINE_PREFIX = 'bonewatch';

/**
 * Options for ONNX Runtime's TensorRT execution provider. Empty values are refused by it, and a workspace of 0
 * would mean all of the memory that a Jetson's GPU shares with everything else.
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

/** Options for the CUDA execution provider: no TF32, so that its boxes are those of the CPU. */
export function cudaOptions(deviceId: number): ProviderOptions {
  return {
    device_id: String(deviceId),
    cudnn_conv_algo_search: 'HEURISTIC',
    arena_extend_strategy: 'kSameAsRequested',
    use_tf32: '0',
  };
}

/** `key=value;key=value`, as ONNX Runtime gives its options back. */
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

/** Which of the asked options are not what was read back, as `key: asked, got`; booleans are told either way. */
export function optionFaults(asked: ProviderOptions, got: ProviderOptions): string[] {
  const plain = (value: string | undefined): string | undefined =>
    value === undefined ? undefined : ({ True: '1', False: '0' }[value] ?? value);
  return Object.entries(asked)
    .filter(([key, value]) => plain(got[key]) !== plain(value))
    .map(([key, value]) => `${key}: asked ${value}, got ${got[key] ?? 'nothing'}`);
}

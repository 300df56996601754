import type { InstalledModel } from '../../models/load-model.ts';
import type { Precision } from '../../native/provider-options.ts';

/** The configuration of TensorRT's engines: how they are built and where they are stored. */
export interface EngineSettings {
  readonly directory: string;
  readonly maxMegabytes: number;
  readonly precision: Precision;
  readonly workspaceMegabytes: number;
}

/** The settings of an accelerator, except the folder of its engines. */
export interface AcceleratorSettings {
  readonly precision: Precision;
  readonly workspaceBytes: number;
  readonly optimizationLevel: number;
  readonly deviceId: number;
}

const MEGABYTE = 1024 * 1024;
/** ONNX Runtime's own default; higher ones build for hours and gain little. */
const OPTIMIZATION_LEVEL = 3;

/** Defaults: half precision and a bounded workspace; eight bits only for quantised models. */
export function acceleratorSettings(
  { quantisation }: Pick<InstalledModel, 'quantisation'>,
  engines: Pick<EngineSettings, 'precision' | 'workspaceMegabytes'> = {
    precision: 'fp16',
    workspaceMegabytes: 1024,
  },
): AcceleratorSettings {
  const { precision, workspaceMegabytes } = engines;
  return {
    precision: precision === 'int8' && quantisation === null ? 'fp16' : precision,
    workspaceBytes: workspaceMegabytes * MEGABYTE,
    optimizationLevel: OPTIMIZATION_LEVEL,
    deviceId: 0,
  };
}

/**
 * Positions and signatures of the `struct OrtApi` functions that Bonewatch calls.
 *
 * Source: `include/onnxruntime/core/session/onnxruntime_c_api.h` of ONNX Runtime 1.22 (up to 264) and 1.24 (from
 * 407). The struct only grows at its end, so a position is valid for every later version; the memory after the end of an
 * older struct is unrelated. `status` is an `OrtStatus *` that is null on success; `pointer` is any other
 * pointer, in or out; `size` is a `size_t`; `since` is the API version that added the function, where that is later
 * than the oldest supported one.
 */
export const ORT_FUNCTIONS = {
  CreateStatus: { at: 0, gives: 'pointer', takes: ['int', 'text'] },
  GetErrorCode: { at: 1, gives: 'int', takes: ['pointer'] },
  GetErrorMessage: { at: 2, gives: 'text', takes: ['pointer'] },
  CreateEnv: { at: 3, gives: 'status', takes: ['int', 'text', 'pointer'] },
  CreateSession: { at: 7, gives: 'status', takes: ['pointer', 'text', 'pointer', 'pointer'] },
  Run: {
    at: 9,
    gives: 'status',
    takes: ['pointer', 'pointer', 'pointer', 'pointer', 'size', 'pointer', 'size', 'pointer'],
  },
  CreateSessionOptions: { at: 10, gives: 'status', takes: ['pointer'] },
  EnableProfiling: { at: 14, gives: 'status', takes: ['pointer', 'text'] },
  SetSessionLogSeverityLevel: { at: 22, gives: 'status', takes: ['pointer', 'int'] },
  SetIntraOpNumThreads: { at: 24, gives: 'status', takes: ['pointer', 'int'] },
  SessionGetInputCount: { at: 30, gives: 'status', takes: ['pointer', 'pointer'] },
  SessionGetOutputCount: { at: 31, gives: 'status', takes: ['pointer', 'pointer'] },
  SessionGetInputName: { at: 36, gives: 'status', takes: ['pointer', 'size', 'pointer', 'pointer'] },
  SessionGetOutputName: { at: 37, gives: 'status', takes: ['pointer', 'size', 'pointer', 'pointer'] },
  CreateTensorWithDataAsOrtValue: {
    at: 49,
    gives: 'status',
    takes: ['pointer', 'pointer', 'size', 'pointer', 'size', 'int', 'pointer'],
  },
  GetTensorMutableData: { at: 51, gives: 'status', takes: ['pointer', 'pointer'] },
  GetTensorElementType: { at: 60, gives: 'status', takes: ['pointer', 'pointer'] },
  GetDimensionsCount: { at: 61, gives: 'status', takes: ['pointer', 'pointer'] },
  GetDimensions: { at: 62, gives: 'status', takes: ['pointer', 'pointer', 'size'] },
  GetTensorTypeAndShape: { at: 65, gives: 'status', takes: ['pointer', 'pointer'] },
  CreateCpuMemoryInfo: { at: 69, gives: 'status', takes: ['int', 'int', 'pointer'] },
  AllocatorFree: { at: 76, gives: 'status', takes: ['pointer', 'pointer'] },
  GetAllocatorWithDefaultOptions: { at: 78, gives: 'status', takes: ['pointer'] },
  ReleaseEnv: { at: 92, gives: 'nothing', takes: ['pointer'] },
  ReleaseStatus: { at: 93, gives: 'nothing', takes: ['pointer'] },
  ReleaseMemoryInfo: { at: 94, gives: 'nothing', takes: ['pointer'] },
  ReleaseSession: { at: 95, gives: 'nothing', takes: ['pointer'] },
  ReleaseValue: { at: 96, gives: 'nothing', takes: ['pointer'] },
  ReleaseTensorTypeAndShapeInfo: { at: 99, gives: 'nothing', takes: ['pointer'] },
  ReleaseSessionOptions: { at: 100, gives: 'nothing', takes: ['pointer'] },
  SessionEndProfiling: { at: 110, gives: 'status', takes: ['pointer', 'pointer', 'pointer'] },
  GetAvailableProviders: { at: 125, gives: 'status', takes: ['pointer', 'pointer'] },
  ReleaseAvailableProviders: { at: 126, gives: 'status', takes: ['pointer', 'int'] },
  AddSessionConfigEntry: { at: 130, gives: 'status', takes: ['pointer', 'text', 'text'] },
  SessionOptionsAppendExecutionProvider_TensorRT_V2: {
    at: 170,
    gives: 'status',
    takes: ['pointer', 'pointer'],
  },
  CreateTensorRTProviderOptions: { at: 171, gives: 'status', takes: ['pointer'] },
  UpdateTensorRTProviderOptions: {
    at: 172,
    gives: 'status',
    takes: ['pointer', 'pointer', 'pointer', 'size'],
  },
  GetTensorRTProviderOptionsAsString: { at: 173, gives: 'status', takes: ['pointer', 'pointer', 'pointer'] },
  ReleaseTensorRTProviderOptions: { at: 174, gives: 'nothing', takes: ['pointer'] },
  SessionOptionsAppendExecutionProvider_CUDA_V2: { at: 204, gives: 'status', takes: ['pointer', 'pointer'] },
  CreateCUDAProviderOptions: { at: 205, gives: 'status', takes: ['pointer'] },
  UpdateCUDAProviderOptions: { at: 206, gives: 'status', takes: ['pointer', 'pointer', 'pointer', 'size'] },
  GetCUDAProviderOptionsAsString: { at: 207, gives: 'status', takes: ['pointer', 'pointer', 'pointer'] },
  ReleaseCUDAProviderOptions: { at: 208, gives: 'nothing', takes: ['pointer'] },
  GetSessionConfigEntry: { at: 238, gives: 'status', takes: ['pointer', 'text', 'pointer', 'pointer'] },
  GetBuildInfoString: { at: 254, gives: 'text', takes: [] },
  Session_GetEpGraphAssignmentInfo: {
    at: 407,
    since: 24,
    gives: 'status',
    takes: ['pointer', 'pointer', 'pointer'],
  },
  EpAssignedSubgraph_GetEpName: { at: 408, since: 24, gives: 'status', takes: ['pointer', 'pointer'] },
  EpAssignedSubgraph_GetNodes: {
    at: 409,
    since: 24,
    gives: 'status',
    takes: ['pointer', 'pointer', 'pointer'],
  },
  EpAssignedNode_GetOperatorType: { at: 412, since: 24, gives: 'status', takes: ['pointer', 'pointer'] },
} as const satisfies Record<string, OrtFunction>;

export type NativeType = 'int' | 'size' | 'text' | 'pointer';

export interface OrtFunction {
  readonly at: number;
  readonly since?: number;
  readonly gives: 'status' | 'pointer' | 'int' | 'text' | 'nothing';
  readonly takes: readonly NativeType[];
}

export type OrtFunctionName = keyof typeof ORT_FUNCTIONS;

/** The oldest version whose struct has all functions above except the node assignment. */
export const MIN_API_VERSION = 17;
/** From this version a session reports which execution provider runs which node. */
export const NODE_ASSIGNMENT_API_VERSION = 24;

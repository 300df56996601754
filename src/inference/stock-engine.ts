import { InferenceSession, Tensor, listSupportedBackends } from 'onnxruntime-node';
import { BonewatchError } from '../contract/errors.ts';
import { toClause } from '../contract/sentence.ts';
import type { Engine, OutputTensor } from './engine.ts';
import type { ExecutionProvider } from '../contract/finding.ts';

/**
 * Opens a model with the stock onnxruntime-node, on exactly one execution provider.
 * Throws EXECUTION_PROVIDER_UNAVAILABLE: an unknown provider would otherwise be dropped and run on the CPU, and a
 * known one whose library is missing throws a plain error (onnxruntime #18380).
 */
export async function openStockEngine(path: string, provider: ExecutionProvider): Promise<Engine> {
  if (!listSupportedBackends().some((backend) => backend.name === provider)) {
    throw new BonewatchError(
      'EXECUTION_PROVIDER_UNAVAILABLE',
      `This build of ONNX Runtime has no ${provider}.`,
    );
  }
  const session = await openSession(path, provider);
  return {
    inputNames: session.inputNames,
    outputNames: session.outputNames,
    async run(values, dims) {
      const [inputName = ''] = session.inputNames;
      const outputs = await session.run({ [inputName]: new Tensor('float32', values, [...dims]) });
      return Object.fromEntries(
        Object.entries(outputs).map(([name, tensor]) => [name, asOutput(name, tensor)]),
      );
    },
    async [Symbol.asyncDispose]() {
      await session.release();
    },
  };
}

async function openSession(path: string, provider: ExecutionProvider): Promise<InferenceSession> {
  try {
    return await InferenceSession.create(path, { executionProviders: [provider], logSeverityLevel: 3 });
  } catch (cause) {
    if (provider === 'cpu') {
      throw new BonewatchError('MODEL_INVALID', `ONNX Runtime rejected the model: ${firstLine(cause)}.`, {
        cause,
      });
    }
    throw new BonewatchError(
      'EXECUTION_PROVIDER_UNAVAILABLE',
      `${provider} cannot be used: ${firstLine(cause)}.`,
      {
        cause,
      },
    );
  }
}

function firstLine(cause: unknown): string {
  return toClause(String(cause instanceof Error ? cause.message : cause).split('\n', 1)[0] ?? '');
}

function asOutput(name: string, tensor: Tensor): OutputTensor {
  const { data, dims, type } = tensor;
  if (data instanceof Float32Array) return { values: data, dims };
  // Classes and counts, which float32 represents exactly.
  if (data instanceof BigInt64Array) return { values: Float32Array.from(data, Number), dims };
  if (data instanceof Int32Array) return { values: Float32Array.from(data), dims };
  throw new BonewatchError('MODEL_INVALID', `Output ${name} is ${type}, expected float32, int64 or int32.`);
}

import { BonewatchError } from '../../contract/errors.ts';
import type { ExecutionProvider } from '../../contract/finding.ts';
import type { Tensor } from '../../preprocess/letterbox.ts';
import type { ModelInput } from '../../preprocess/model-input.ts';
import type { Picture } from '../../preprocess/picture.ts';
import type { Interpretation } from '../interpret.ts';
import type { InstalledModel } from '../models/load-model.ts';
import type { InferenceProcess } from '../process/inference-process.ts';
import { differenceOf } from './difference.ts';
import { plainPictures } from './plain-pictures.ts';

export interface ProofDeps {
  readonly model: InstalledModel;
  /** Pictures, in addition to the plain ones, on which an accelerator must agree with the CPU. */
  readonly proofPictures: () => readonly Picture[];
  /** Prepares a picture as the model's input. */
  readonly letterbox: (picture: Picture, input: ModelInput) => Tensor;
  /** Starts a process of the model on the CPU. */
  readonly startCpu: (signal: AbortSignal) => Promise<InferenceProcess>;
}

/** Throws EXECUTION_PROVIDER_MISMATCH where a provider's results differ from the CPU's. */
export type ProveProvider = (
  provider: ExecutionProvider,
  process: InferenceProcess,
  signal: AbortSignal,
) => Promise<void>;

const PROOF_DEADLINE_MS = 60_000;

/** Compares a provider's results with the CPU's on the proof pictures; the CPU's are computed once. */
export function createProviderProof(deps: ProofDeps): ProveProvider {
  let reference: Promise<readonly Interpretation[]> | undefined;
  return async (provider, process, signal) => {
    reference ??= cpuResults(deps, signal);
    const expected = await reference.catch((error: unknown) => {
      reference = undefined;
      throw error;
    });
    const results = await resultsOf(deps, process);
    for (const [index, result] of expected.entries()) {
      const other = results[index];
      const { suspected } = deps.model.manifest.thresholds;
      const difference = other ? differenceOf(result, other, suspected) : 'no answer';
      if (difference !== null) {
        throw new BonewatchError(
          'EXECUTION_PROVIDER_MISMATCH',
          `The results of ${provider} differ from the CPU's: ${difference}.`,
        );
      }
    }
  };
}

async function cpuResults(deps: ProofDeps, signal: AbortSignal): Promise<readonly Interpretation[]> {
  const process = await deps.startCpu(signal);
  try {
    return await resultsOf(deps, process);
  } finally {
    process.kill();
  }
}

async function resultsOf(
  { model, proofPictures, letterbox }: ProofDeps,
  process: InferenceProcess,
): Promise<readonly Interpretation[]> {
  const { input, thresholds } = model.manifest;
  const { suspected } = thresholds;
  const results: Interpretation[] = [];
  for (const picture of [...plainPictures(), ...proofPictures()]) {
    const request = { type: 'detect', tensor: letterbox(picture, input), picture, suspected } as const;
    const reply = await process.ask(request, PROOF_DEADLINE_MS);
    if (reply.type !== 'detected') throw new Error(`Unexpected reply ${reply.type}.`);
    results.push(reply.interpretation);
  }
  return results;
}

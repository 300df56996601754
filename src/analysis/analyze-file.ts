import { ERROR_CODES, isBonewatchError, type ErrorCode } from '../contract/errors.ts';
import type { AnalysisResult, Outcome, StageTimings } from '../contract/analysis-result.ts';
import { pathOf, type FileSource } from '../contract/file-source.ts';
import type { Prepared } from './decode-worker.ts';
import type { ChainDetected } from '../inference/open-chain.ts';
import type { Tensor } from '../preprocess/letterbox.ts';
import type { ExecutionProvider, Finding } from '../contract/finding.ts';
import type { RadiographHeader } from '../contract/radiograph.ts';

/** The stages that a file passes through, and the thresholds of findings. */
export interface Analyzer {
  readonly prepare: (source: FileSource) => Promise<Prepared>;
  readonly detect: (
    tensors: readonly Tensor[],
    picture: { readonly width: number; readonly height: number },
    suspected: number,
  ) => Promise<ChainDetected>;
  readonly suspected: number;
  readonly definite: number;
}

export interface FileToAnalyze {
  readonly source: FileSource;
  readonly sha256: string | null;
}

/** A result and the header it came from, which routing needs and the result does not publish. */
export interface AnalyzedFile {
  readonly result: AnalysisResult;
  readonly header: RadiographHeader | null;
  /** The console's smaller picture, if decoding the file again would take noticeable time. */
  readonly quick: Prepared['quick'];
}

/**
 * Analyses one file: decoding, then the models. Never rejects for a fault of the file or the accelerator, which becomes
 * the reason of the result. Rejects for a bug.
 */
export async function analyzeFile(
  file: FileToAnalyze,
  analyzer: Analyzer,
  onInferring?: () => void,
): Promise<AnalyzedFile> {
  const started = performance.now();
  let prepared: Prepared | null = null;
  try {
    prepared = await analyzer.prepare(file.source);
    const { tensors, size, refusal, header } = prepared;
    const { quick } = prepared;
    if (refusal) return { result: unanswered(file, prepared, refusal), header, quick };
    if (!tensors || !size) throw new Error('The file was prepared without tensors and without a reason.');
    onInferring?.();
    const detected = await analyzer.detect(tensors, size, analyzer.suspected);
    const result = answered(file, prepared, { detected, analyzer, totalMs: performance.now() - started });
    return { result, header, quick };
  } catch (error) {
    if (!isBonewatchError(error)) throw error;
    const { code, message } = error;
    const result = unanswered(file, prepared, { code, message });
    return { result, header: prepared?.header ?? null, quick: prepared?.quick ?? null };
  }
}

/** The outcome of an image from the confidence of its findings: very likely, suspected or no fracture. */
export function outcomeOf(findings: readonly Finding[], definite: number): Outcome {
  if (findings.some(({ confidence }) => confidence >= definite)) return 'fracture-detected';
  return findings.length > 0 ? 'fracture-suspected' : 'no-fracture-detected';
}

function answered(
  file: FileToAnalyze,
  prepared: Prepared,
  { detected, analyzer, totalMs }: { detected: ChainDetected; analyzer: Analyzer; totalMs: number },
): AnalysisResult {
  const { score, findings, models, executionProvider, degraded } = detected;
  const timings: StageTimings = {
    read: tenths(prepared.timingsMs.read),
    decode: tenths(prepared.timingsMs.decode),
    preprocess: tenths(prepared.timingsMs.preprocess),
    inference: tenths(detected.timingsMs.inference),
    postprocess: tenths(detected.timingsMs.postprocess),
    total: tenths(totalMs),
  };
  return {
    ...blank(file, prepared),
    status: 'analysed',
    outcome: outcomeOf(findings, analyzer.definite),
    score,
    findings,
    models,
    executionProvider,
    degraded,
    timingsMs: timings,
  };
}

function unanswered(
  file: FileToAnalyze,
  prepared: Prepared | null,
  reason: { readonly code: ErrorCode; readonly message: string },
): AnalysisResult {
  const status = ERROR_CODES[reason.code].outcome ?? 'failed';
  return { ...blank(file, prepared), status, reason };
}

function blank(file: FileToAnalyze, prepared: Prepared | null): AnalysisResult {
  return {
    schema: 'bonewatch.result/1',
    file: pathOf(file.source),
    sha256: file.sha256,
    status: 'failed',
    reason: null,
    image: prepared ? imageOf(prepared) : null,
    outcome: null,
    score: null,
    findings: [],
    models: [],
    executionProvider: null as ExecutionProvider | null,
    degraded: false,
    isPictureUncertain: prepared?.header.isPictureUncertain ?? false,
    warnings: prepared?.header.warnings ?? [],
    timingsMs: null,
    notForDiagnosis: true,
  };
}

function imageOf({ header, size }: Prepared): AnalysisResult['image'] {
  return {
    width: size?.width ?? null,
    height: size?.height ?? null,
    modality: header.modality,
    bodyPart: header.bodyPartExamined ?? header.bodyPart,
    bodyRegion: header.bodyPart,
    laterality: header.laterality,
    viewPosition: header.viewPosition,
    photometricInterpretation: header.photometricInterpretation,
    transferSyntaxUid: header.transferSyntaxUid,
    sopInstanceUid: header.sopInstanceUid,
    studyInstanceUid: header.studyInstanceUid,
    acquiredAt: header.acquiredAt,
  };
}

function tenths(ms: number): number {
  return Math.round(ms * 10) / 10;
}

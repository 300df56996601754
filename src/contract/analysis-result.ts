import type { BodyPart } from './radiograph.ts';
import type { ErrorCode } from './errors.ts';
import type { ExecutionProvider, Finding, ModelIdentity } from './finding.ts';

export type Outcome = 'fracture-detected' | 'fracture-suspected' | 'no-fracture-detected';

/** Milliseconds per stage of one image. */
export interface StageTimings {
  readonly read: number;
  readonly decode: number;
  readonly preprocess: number;
  readonly inference: number;
  readonly postprocess: number;
  readonly total: number;
}

/**
 * The result of one file: `analyze --json` prints it, the store holds it, `…/image` publishes it
 * (without the path). Boxes are in the pixels of the original as displayed, origin top left.
 */
export interface AnalysisResult {
  readonly schema: 'bonewatch.result/1';
  readonly file: string;
  readonly sha256: string | null;
  /** `not-analysed`: outside the scope; `failed`: should have worked. Both carry a reason. */
  readonly status: 'analysed' | 'not-analysed' | 'failed';
  readonly reason: { readonly code: ErrorCode; readonly message: string } | null;
  readonly image: {
    /** Of the picture as displayed; null if the image was excluded by its header. */
    readonly width: number | null;
    readonly height: number | null;
    readonly modality: string | null;
    /** The value in the file, such as `WRIST`; null if it has none. */
    readonly bodyPart: string | null;
    /** The body part in configuration, alerts and screens. */
    readonly bodyRegion: BodyPart | null;
    readonly laterality: 'L' | 'R' | 'B' | null;
    readonly viewPosition: string | null;
    readonly photometricInterpretation: string | null;
    readonly transferSyntaxUid: string | null;
    readonly sopInstanceUid: string | null;
    readonly studyInstanceUid: string | null;
    readonly acquiredAt: string | null;
  } | null;
  readonly outcome: Outcome | null;
  /** The highest confidence of any detection, before thresholds. */
  readonly score: number | null;
  readonly findings: readonly Finding[];
  readonly models: readonly ModelIdentity[];
  readonly executionProvider: ExecutionProvider | null;
  /** A better execution provider than the serving one is configured. */
  readonly degraded: boolean;
  /**
   * Hardly anything of the picture could be seen as its file describes it; `warnings` states what was done. Absent in
   * results of earlier releases.
   */
  readonly isPictureUncertain?: boolean;
  readonly warnings: readonly string[];
  readonly timingsMs: StageTimings | null;
  readonly notForDiagnosis: true;
}

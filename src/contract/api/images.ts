import type { Alert } from '../alert.ts';
import type { AnalysisResult } from '../analysis-result.ts';
import type { Box } from '../box.ts';

/** Where a file stands on its way. `settling` has been looked at and was still being written. */
export type ArrivalStatus =
  | 'discovered'
  | 'settling'
  | 'ready'
  | 'decoding'
  | 'inferring'
  | 'done'
  | 'not-analysed'
  | 'failed'
  | 'duplicate'
  | 'vanished';

/** A place in the list, which is newest received first. */
export interface ListPlace {
  readonly at: number;
  readonly id: number;
}

/** How long the list is, and where each of its pages begins. */
export interface ListOutline {
  readonly total: number;
  readonly places: readonly ListPlace[];
}

/** One image as a row of the console's list. Nothing in it names a patient, nor the file, whose name may. */
export interface ShownImage extends ListPlace {
  readonly status: ArrivalStatus;
  readonly reason: string | null;
  readonly outcome: AnalysisResult['outcome'];
  readonly score: number | null;
  readonly findings: number;
  readonly region: string | null;
  readonly laterality: 'L' | 'R' | 'B' | null;
  readonly viewPosition: string | null;
  readonly modality: string | null;
  readonly acquiredAt: string | null;
  readonly caseRef: string | null;
  /** The newest alert of its study; null where there is none. */
  readonly alert: ShownAlert | null;
  readonly verdict: VerdictKind | null;
}

export interface ShownAlert {
  readonly id: string;
  readonly ward: string;
  readonly state: Alert['state'];
  readonly raisedAt: string;
  readonly publishedAt: string | null;
  readonly acknowledgedAt: string | null;
  readonly acknowledgedBy: string | null;
  readonly withdrawnBy: string | null;
}

/** Agreed with a finding (or with there being none), disagreed with it, or drew one that was missed. */
export type VerdictKind = 'agree' | 'disagree' | 'missed';

/** A person's verdict on one finding of an image. */
export interface Verdict {
  readonly id: number;
  readonly studyKey: string | null;
  readonly kind: VerdictKind;
  /** Index among the findings; null for what concerns the image, or what was missed. */
  readonly finding: number | null;
  /** A choice and not free text, which could name a patient. */
  readonly reason: string | null;
  /** Of what was missed, in the image's pixels. */
  readonly box: Box | null;
  readonly by: string;
  readonly at: number;
  /** Null once its image is forgotten. */
  readonly arrivalId: number | null;
  /** It can no longer be undone, and what follows from it was done. */
  readonly isSettled: boolean;
}

/** Everything about one image: the answer of `/api/images/:id`. */
export interface ImageDetail {
  readonly image: ShownImage;
  /** Without the file's path, which may name somebody. */
  readonly result: Omit<AnalysisResult, 'file'> | null;
  readonly verdicts: readonly Verdict[];
  readonly reruns: readonly ShownRerun[];
}

export interface ShownRerun {
  readonly model: string;
  readonly by: string;
  readonly at: number;
  readonly result: Omit<AnalysisResult, 'file'>;
}

import type { Alert } from '../alert.ts';
import type { AnalysisResult } from '../analysis-result.ts';
import type { Box } from '../box.ts';

/** The status of a file. `settling`: it was inspected while it was still being written. */
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

/** A position in the list, which is sorted by receipt, newest first. */
export interface ListPlace {
  readonly at: number;
  readonly id: number;
}

/** The length of the list, and the start of each of its pages. */
export interface ListOutline {
  readonly total: number;
  readonly places: readonly ListPlace[];
}

/** One image as a row of the console's list. It names no patient and no file, whose name may contain one. */
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
  /** The newest alert of its study; null if there is none. */
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

/** Agreement or disagreement with a finding or with its absence, or a drawn missed one. */
export type VerdictKind = 'agree' | 'disagree' | 'missed';

/** A person's verdict on one finding of an image. */
export interface Verdict {
  readonly id: number;
  readonly studyKey: string | null;
  readonly kind: VerdictKind;
  /** Index of the finding; null for the whole image or a missed finding. */
  readonly finding: number | null;
  /** A fixed list, since free text could name a patient. */
  readonly reason: string | null;
  /** The box of a missed finding, in the image's pixels. */
  readonly box: Box | null;
  readonly by: string;
  readonly at: number;
  /** Null once its image was removed by retention. */
  readonly arrivalId: number | null;
  /** It can no longer be undone, and its effects were applied. */
  readonly isSettled: boolean;
}

/** All facts about one image: the response of `/api/images/:id`. */
export interface ImageDetail {
  readonly image: ShownImage;
  /** Without the file's path, which may name a patient. */
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

import type { Outcome } from '../contract/analysis-result.ts';
import type { ModelIdentity } from '../contract/finding.ts';
import type { Alert, Site } from '../contract/alert.ts';
import { joinSites, lateralityOf } from './join-sites.ts';

/** The result of one analysed image of a study. */
export interface StudyView {
  readonly outcome: Outcome;
  /** The highest confidence of its findings; 0 without any. */
  readonly confidence: number;
  readonly bodyPart: string | null;
  readonly laterality: Alert['laterality'];
  readonly acquiredAt: string | null;
  readonly receivedAt: string;
  readonly inferredAt: string;
  readonly models: readonly ModelIdentity[];
  readonly degraded: boolean;
  /** Whether hardly anything of its picture could be seen. */
  readonly isPictureUncertain: boolean;
}

/** The combined result of all analysed images of a study. */
export interface StudySummary {
  readonly images: Alert['images'];
  readonly outcome: Outcome;
  readonly confidence: number;
  /** Of the image with the clearest finding. */
  readonly bodyPart: string | null;
  /** Of all images with a finding, each once. */
  readonly bodyParts: readonly string[];
  /** Of all images with a finding. */
  readonly sites: readonly Site[];
  /** Of that body part; `B` if it has findings on both sides. */
  readonly laterality: Alert['laterality'];
  /** Times of the first image with a finding. */
  readonly acquiredAt: string | null;
  readonly receivedAt: string;
  readonly inferredAt: string;
  readonly models: readonly ModelIdentity[];
  readonly degraded: boolean;
  /** Of any image with a finding. */
  readonly isPictureUncertain: boolean;
}

const RANK: Readonly<Record<Outcome, number>> = {
  'no-fracture-detected': 0,
  'fracture-suspected': 1,
  'fracture-detected': 2,
};

/**
 * Combines the analysed images of one study, in the order of analysis; null if there is none. Only images with a
 * finding decide outcome and location; an image without one is only counted.
 */
export function foldStudy(views: readonly StudyView[]): StudySummary | null {
  const positives = views.filter(({ outcome }) => outcome !== 'no-fracture-detected');
  const speaking = positives.length > 0 ? positives : views;
  const [first] = speaking;
  if (first === undefined) return null;
  const { sites } = joinSites(
    [],
    positives.map((view) => ({ bodyPart: view.bodyPart, laterality: view.laterality })),
  );
  const clearest = speaking.reduce((best, view) => (isClearer(view, best) ? view : best));
  const bodyPart = clearest.bodyPart ?? speaking.find((view) => view.bodyPart !== null)?.bodyPart ?? null;
  return {
    images: { count: views.length, withFindings: positives.length },
    outcome: clearest.outcome,
    confidence: Math.max(...speaking.map(({ confidence }) => confidence)),
    bodyPart,
    bodyParts: distinct(speaking.flatMap((view) => view.bodyPart ?? [])),
    sites,
    laterality: lateralityOf(sites, bodyPart),
    acquiredAt: first.acquiredAt,
    receivedAt: first.receivedAt,
    inferredAt: first.inferredAt,
    models: distinctModels(speaking.flatMap(({ models }) => models)),
    degraded: speaking.some(({ degraded }) => degraded),
    isPictureUncertain: positives.some((view) => view.isPictureUncertain),
  };
}

/** The more serious of two outcomes. */
export function moreSerious<T extends Outcome>(a: T, b: T): T {
  return RANK[a] >= RANK[b] ? a : b;
}

function isClearer(a: StudyView, b: StudyView): boolean {
  if (a.outcome !== b.outcome) return RANK[a.outcome] > RANK[b.outcome];
  return a.confidence > b.confidence;
}

function distinct<T>(values: readonly T[]): readonly T[] {
  return [...new Set(values)];
}

function distinctModels(models: readonly ModelIdentity[]): readonly ModelIdentity[] {
  return [...new Map(models.map((model) => [model.sha256, model])).values()];
}

import type { BodyPart } from '../../../contract/radiograph.ts';

/** The phrases of the console's search, in addition to the names of body parts that the pages show. */
export interface SearchPhrases {
  readonly regions: Partial<Readonly<Record<BodyPart, readonly string[]>>>;
  readonly withFinding: readonly string[];
  readonly veryLikely: readonly string[];
  readonly suspected: readonly string[];
  readonly noFinding: readonly string[];
  readonly notAnalysed: readonly string[];
  readonly failed: readonly string[];
  readonly duplicate: readonly string[];
  readonly inProgress: readonly string[];
  readonly unseen: readonly string[];
  readonly withoutVerdict: readonly string[];
  readonly today: readonly string[];
  readonly yesterday: readonly string[];
  readonly twoDaysAgo: readonly string[];
}

import type { Alert } from '../../../alerts/alert.ts';
import { BODY_PARTS } from '../../../radiograph/radiograph.ts';
import type { WardFacts } from '../../ward-facts.ts';
import type { Words } from '../words/words.ts';
import { clockText } from './site-time.ts';

/** One alert in words. Where it carries a place the place leads, else the body part with its case number. */
export interface AlertText {
  readonly title: string;
  /** The case number beside the title; null where the place says enough. */
  readonly code: string | null;
  readonly finding: string;
  readonly views: string;
  /** The line under an arrival: when it was taken and its case number, where no place is known. */
  readonly facts: readonly string[];
  /** One line for where space is short. */
  readonly brief: string;
}

/** What a ward reads of an alert: where, what, how sure; never a name, never a number for confidence. */
export function alertText(alert: Alert, timezone: string, words: Words): AlertText {
  const part = partText(alert, words);
  const certainty = alert.outcome === 'fracture-detected' ? words.veryLikely : words.suspected;
  const views = upperFirst(words.views(alert.images.count, alert.images.withFindings));
  const place = words.place(alert.place.room, alert.place.bed);
  if (place !== '') {
    return {
      title: place,
      code: null,
      finding: `${part} · ${certainty}`,
      views,
      facts: [],
      brief: `${place} · ${part}`,
    };
  }
  const { acquired, received } = alert.times;
  const when =
    acquired === null
      ? words.received(clockText(received, timezone))
      : words.taken(clockText(acquired, timezone));
  return {
    title: part,
    code: alert.caseRef,
    finding: `${upperFirst(certainty)} · ${when}`,
    views,
    facts: [when, words.caseNumber(alert.caseRef)],
    brief: `${part} · ${alert.caseRef}`,
  };
}

/** How sure the analysis was, alone: the second line of an arrival without a place. */
export function certaintyText(alert: Alert, words: Words): string {
  return upperFirst(alert.outcome === 'fracture-detected' ? words.veryLikely : words.suspected);
}

/** Which other ward an escalated alert comes from; null on its own ward. */
export function otherWard(
  { place }: Alert,
  facts: Pick<WardFacts, 'ward' | 'wardNames'>,
  words: Words,
): string | null {
  if (place.ward === '' || place.ward === facts.ward.id) return null;
  return words.fromWard(facts.wardNames[place.ward] ?? place.ward);
}

function partText(alert: Alert, words: Words): string {
  const known = BODY_PARTS.find((bodyPart) => bodyPart === alert.bodyPart);
  return words.part(alert.laterality, known === undefined ? words.unknownBodyPart : words.bodyPart[known]);
}

function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

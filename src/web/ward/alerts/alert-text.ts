import type { Alert } from '../../../contract/alert.ts';
import { BODY_PARTS } from '../../../contract/radiograph.ts';
import type { WardFacts } from '../../../contract/api/ward.ts';
import type { WardWords } from '../../i18n/ward/en.ts';
import { siteClock } from '../../shared/site-time.ts';

/** The ward and the language in which an alert is shown. */
export interface Reader {
  readonly facts: Pick<WardFacts, 'site' | 'ward' | 'wardNames'>;
  readonly words: WardWords;
}

/** The texts of one alert. If it has a place, the place comes first, otherwise the body part with its case number. */
export interface AlertText {
  /** The ward an escalated alert comes from; null on its own ward. */
  readonly from: string | null;
  readonly title: string;
  /** The case number next to the title; null if the place identifies the patient. */
  readonly code: string | null;
  readonly finding: string;
  readonly views: string;
  /** The line under an arrival: when the image was taken, and the case number if no place is known. */
  readonly facts: readonly string[];
  /** One line, for layouts with little space. */
  readonly brief: string;
}

/** The texts that a ward sees: place, finding, likelihood; never a name, never a number for confidence. */
export function alertText(alert: Alert, { facts, words }: Reader): AlertText {
  const { timezone } = facts.site;
  const from = otherWard(alert, facts);
  const part = partText(alert, words);
  const certainty = alert.outcome === 'fracture-detected' ? words.veryLikely : words.suspected;
  const views = upperFirst(words.views(alert.images.count, alert.images.withFindings));
  const place = words.place(alert.place.room, alert.place.bed);
  if (place !== '') {
    return {
      from,
      title: place,
      code: null,
      finding: `${part} · ${certainty}`,
      views,
      facts: [],
      brief: [from, place, part].filter(Boolean).join(' · '),
    };
  }
  const { acquired, received } = alert.times;
  const when =
    acquired === null
      ? words.received(siteClock(received, timezone))
      : words.taken(siteClock(acquired, timezone));
  return {
    from,
    title: part,
    code: alert.caseRef,
    finding: `${upperFirst(certainty)} · ${when}`,
    views,
    facts: [when, words.caseNumber(alert.caseRef)],
    brief: [from, part, alert.caseRef].filter(Boolean).join(' · '),
  };
}

/** Only the likelihood: the second line of an arrival without a place. */
export function certaintyText(alert: Alert, words: WardWords): string {
  return upperFirst(alert.outcome === 'fracture-detected' ? words.veryLikely : words.suspected);
}

/** The further wards that an escalated alert of this ward was sent to, by name. */
export function notifiedWards(
  alert: Alert,
  { ward, wardNames }: Pick<WardFacts, 'ward' | 'wardNames'>,
): readonly string[] {
  if (alert.state !== 'escalated' || alert.place.ward !== ward.id) return [];
  return alert.wards.filter((id) => id !== ward.id).map((id) => wardNames[id] ?? id);
}

function otherWard({ place }: Alert, { ward, wardNames }: Reader['facts']): string | null {
  if (place.ward === '' || place.ward === ward.id) return null;
  return wardNames[place.ward] ?? place.ward;
}

function partText(alert: Alert, words: WardWords): string {
  const known = BODY_PARTS.find((bodyPart) => bodyPart === alert.bodyPart);
  return words.part(alert.laterality, known === undefined ? words.unknownBodyPart : words.bodyPart[known]);
}

function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

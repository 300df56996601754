import type { Alert } from '../../../contract/alert.ts';
import type { WardFacts } from '../../../contract/api/ward.ts';
import type { WardWords } from '../../i18n/ward/en.ts';
import { takenOrReceived } from '../../shared/acquisition-time.ts';
import { sitesText } from './sites-text.ts';

/** The ward, the language and the time in which an alert is shown. */
export interface Reader {
  readonly facts: Pick<WardFacts, 'site' | 'ward' | 'wardNames'>;
  readonly words: WardWords;
  readonly now: number;
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
  /** Title, finding and the one line with fewer sites, for where the texts do not fit; null if nothing is left out. */
  readonly short: Pick<AlertText, 'title' | 'finding' | 'brief'> | null;
}

/** The texts that a ward sees: place, finding, likelihood; never a name, never a number for confidence. */
export function alertText(alert: Alert, reader: Reader): AlertText {
  const { facts, words } = reader;
  const sites = sitesText(alert, words);
  const place = words.place(alert.place.room, alert.place.bed);
  const when = whenText(alert, reader);
  const about = { from: otherWard(alert, facts), place, certainty: certaintyText(alert, words), when };
  return {
    ...linesOf(alert, sites.full, about),
    short: sites.short === sites.full ? null : linesOf(alert, sites.short, about),
    from: about.from,
    code: place === '' ? alert.caseRef : null,
    views: upperFirst(words.views(alert.images.count, alert.images.withFindings)),
    facts: place === '' ? [when, words.caseNumber(alert.caseRef)] : [],
  };
}

interface About {
  readonly from: string | null;
  readonly place: string;
  readonly certainty: string;
  readonly when: string;
}

/** The lines that contain the sites. */
function linesOf(
  { caseRef }: Alert,
  sites: string,
  { from, place, certainty, when }: About,
): Pick<AlertText, 'title' | 'finding' | 'brief'> {
  if (place !== '') {
    return {
      title: place,
      finding: `${sites} · ${lowerFirst(certainty)}`,
      brief: [from, place, sites].filter(Boolean).join(' · '),
    };
  }
  return {
    title: sites,
    finding: `${certainty} · ${when}`,
    brief: [from, sites, caseRef].filter(Boolean).join(' · '),
  };
}

function whenText({ times }: Alert, { facts, words, now }: Reader): string {
  const { kind, at } = takenOrReceived(times, { now, timezone: facts.site.timezone });
  return kind === 'taken' ? words.taken(at) : words.received(at);
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

function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

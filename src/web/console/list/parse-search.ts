import type { BodyPart } from '../../../contract/radiograph.ts';
import { BODY_PARTS } from '../../../contract/radiograph.ts';
import { en } from '../../i18n/search/en.ts';
import { ko } from '../../i18n/search/ko.ts';
import type { SearchPhrases } from '../../i18n/search/search-phrases.ts';
import { en as shownEn } from '../../i18n/shared/en.ts';
import { ko as shownKo } from '../../i18n/shared/ko.ts';
import { shiftDay, siteDay, startOfSiteDay } from '../../shared/site-time.ts';

/** A search, in the terms of the server. */
export interface Search {
  readonly from?: number;
  readonly to?: number;
  readonly regions?: readonly BodyPart[];
  readonly outcomes?: readonly string[];
  readonly statuses?: readonly string[];
  readonly caseRef?: string;
  readonly isUnseen?: boolean;
  readonly isWithoutVerdict?: boolean;
}

interface ReadSearch {
  readonly search: Search;
  /** Words that were not understood. */
  readonly unknown: readonly string[];
}

type Meaning =
  | { readonly region: BodyPart }
  | { readonly outcomes: readonly string[] }
  | { readonly statuses: readonly string[] }
  | { readonly day: number }
  | { readonly flag: 'isUnseen' | 'isWithoutVerdict' };

const IN_PROGRESS = ['discovered', 'settling', 'ready', 'decoding', 'inferring'];
const PHRASES = new Map<string, Meaning>([
  ...BODY_PARTS.map((region): [string, Meaning] => [region, { region }]),
  ...meaningsOf(en, shownEn.bodyPart),
  ...meaningsOf(ko, shownKo.bodyPart),
]);
const MAX_PHRASE_WORDS = Math.max(...[...PHRASES.keys()].map((phrase) => phrase.split(' ').length));

/** Reads "어제 손목 의심" or "2026-11-01~11-20 hip not analysed": days, body parts, outcomes and states in any order. */
export function parseSearch(text: string, now: number, timezone: string): ReadSearch {
  const words = text.trim().split(/\s+/).filter(Boolean);
  const today = siteDay(now, timezone);
  const unknown: string[] = [];
  let search: Search = {};
  for (let at = 0; at < words.length;) {
    const { length, meaning } = phraseAt(words, at);
    const word = words[at] ?? '';
    if (meaning !== undefined) search = withMeaning(search, meaning, { today, timezone });
    else {
      const days = readDays(word, today) ?? null;
      if (days !== null) search = { ...search, ...daysOf(days, timezone) };
      else if (/^(?=.*[A-Z0-9])[A-Z0-9]{4,8}$/i.test(word))
        search = { ...search, caseRef: word.toUpperCase() };
      else unknown.push(word);
    }
    at += length;
  }
  return { search, unknown };
}

/** Every phrase of a language with its meaning. */
function meaningsOf(
  phrases: SearchPhrases,
  bodyParts: Readonly<Record<BodyPart, string>>,
): readonly [string, Meaning][] {
  const meanings: readonly (readonly [readonly string[], Meaning])[] = [
    ...BODY_PARTS.map(
      (region) => [[bodyParts[region], ...(phrases.regions[region] ?? [])], { region }] as const,
    ),
    [phrases.withFinding, { outcomes: ['fracture-detected', 'fracture-suspected'] }],
    [phrases.veryLikely, { outcomes: ['fracture-detected'] }],
    [phrases.suspected, { outcomes: ['fracture-suspected'] }],
    [phrases.noFinding, { outcomes: ['no-fracture-detected'] }],
    [phrases.notAnalysed, { statuses: ['not-analysed'] }],
    [phrases.failed, { statuses: ['failed'] }],
    [phrases.duplicate, { statuses: ['duplicate'] }],
    [phrases.inProgress, { statuses: IN_PROGRESS }],
    [phrases.unseen, { flag: 'isUnseen' }],
    [phrases.withoutVerdict, { flag: 'isWithoutVerdict' }],
    [phrases.today, { day: 0 }],
    [phrases.yesterday, { day: -1 }],
    [phrases.twoDaysAgo, { day: -2 }],
  ];
  return meanings.flatMap(([words, meaning]) => words.map((word): [string, Meaning] => [word, meaning]));
}

/** The longest known phrase that starts at a word. */
function phraseAt(words: readonly string[], at: number): { length: number; meaning: Meaning | undefined } {
  for (let length = Math.min(MAX_PHRASE_WORDS, words.length - at); length > 0; length -= 1) {
    const phrase = words
      .slice(at, at + length)
      .join(' ')
      .toLowerCase();
    const meaning = PHRASES.get(phrase);
    if (meaning !== undefined) return { length, meaning };
  }
  return { length: 1, meaning: undefined };
}

function withMeaning(
  search: Search,
  meaning: Meaning,
  { today, timezone }: { readonly today: string; readonly timezone: string },
): Search {
  if ('region' in meaning) return { ...search, regions: [...(search.regions ?? []), meaning.region] };
  if ('outcomes' in meaning)
    return { ...search, outcomes: [...(search.outcomes ?? []), ...meaning.outcomes] };
  if ('statuses' in meaning)
    return { ...search, statuses: [...(search.statuses ?? []), ...meaning.statuses] };
  if ('flag' in meaning) return { ...search, [meaning.flag]: true };
  const day = shiftDay(today, meaning.day);
  return { ...search, ...daysOf({ first: day, last: day }, timezone) };
}

interface Days {
  readonly first: string;
  readonly last: string;
}

function daysOf({ first, last }: Days, timezone: string): Pick<Search, 'from' | 'to'> {
  return { from: startOfSiteDay(first, timezone), to: startOfSiteDay(shiftDay(last, 1), timezone) };
}

/** A day, a month or a range of them: `2026-11-22`, `11-22`, `11/22`, `11월22일`, `2026-11`, `a~b`. */
function readDays(word: string, today: string): Days | null {
  const [left = '', right, ...more] = word.split('~');
  if (more.length > 0) return null;
  const first = readDay(left, today);
  const last =
    right === undefined ? first : right === '' ? { first: today, last: today } : readDay(right, today);
  return first === null || last === null ? null : { first: first.first, last: last.last };
}

function readDay(word: string, today: string): Days | null {
  const month = /^(\d{4})-(\d{1,2})$/.exec(word);
  if (month !== null) {
    const first = validDay(month[1], month[2], '1');
    if (first === null) return null;
    const [year, number] = [Number(month[1]), Number(month[2])];
    const next = number === 12 ? `${year + 1}-01-01` : `${year}-${two(number + 1)}-01`;
    return { first, last: shiftDay(next, -1) };
  }
  const whole = /^(\d{4})[-./](\d{1,2})[-./](\d{1,2})$/.exec(word);
  const short = /^(\d{1,2})(?:[-./]|월)(\d{1,2})일?$/.exec(word);
  const day =
    whole !== null
      ? validDay(whole[1], whole[2], whole[3])
      : short !== null
        ? validDay(today.slice(0, 4), short[1], short[2])
        : null;
  if (day === null) return null;
  // A day without a year is in the past.
  const past = whole === null && day > today ? `${Number(day.slice(0, 4)) - 1}${day.slice(4)}` : day;
  return { first: past, last: past };
}

function validDay(year = '', month = '', day = ''): string | null {
  const text = `${year}-${two(Number(month))}-${two(Number(day))}`;
  const time = Date.parse(`${text}T00:00:00Z`);
  return Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== text ? null : text;
}

function two(number: number): string {
  return String(number).padStart(2, '0');
}

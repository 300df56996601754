import type { Alert, Site } from '../../../contract/alert.ts';
import { BODY_PARTS } from '../../../contract/radiograph.ts';
import type { WardWords } from '../../i18n/ward/en.ts';

/** The places of an alert's findings, as a ward reads them. */
export interface SitesText {
  /** "Left wrist + right hand". */
  readonly full: string;
  /** For lines without space: the first two, and how many more there are. */
  readonly short: string;
}

const MAX_SHORT_SITES = 2;

/** The places with findings. "Both" stands only for one body part with findings on its left and its right. */
export function sitesText(
  { sites, bodyPart, laterality }: Pick<Alert, 'sites' | 'bodyPart' | 'laterality'>,
  words: WardWords,
): SitesText {
  const shown = mergeSides(sites.length > 0 ? sites : [{ bodyPart, laterality }]);
  const texts = shown.map((site) => siteText(site, words));
  const more = texts.length - MAX_SHORT_SITES;
  const full = joined(texts);
  if (more <= 0) return { full, short: full };
  return { full, short: `${joined(texts.slice(0, MAX_SHORT_SITES))} ${words.moreSites(more)}` };
}

/** Each body part once, in the order of the sites; an unknown one is not known to be the same as another. */
function mergeSides(sites: readonly Site[]): readonly Site[] {
  const parts = new Map<string, Site>();
  for (const [index, site] of sites.entries()) {
    const key = site.bodyPart === null ? `unknown ${index}` : `part ${site.bodyPart}`;
    const known = parts.get(key);
    const laterality = known === undefined ? site.laterality : bothSides(known.laterality, site.laterality);
    parts.set(key, { ...site, laterality });
  }
  return [...parts.values()];
}

function bothSides(one: Site['laterality'], other: Site['laterality']): Site['laterality'] {
  if (one === null || other === null) return one ?? other;
  return one === other ? one : 'B';
}

function siteText({ bodyPart, laterality }: Site, words: WardWords): string {
  const known = BODY_PARTS.find((part) => part === bodyPart);
  return words.part(laterality, known === undefined ? words.unknownBodyPart : words.bodyPart[known]);
}

function joined([first = '', ...rest]: readonly string[]): string {
  return [first, ...rest.map((text) => text.charAt(0).toLowerCase() + text.slice(1))].join(' + ');
}

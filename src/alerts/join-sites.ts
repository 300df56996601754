import type { Site } from '../contract/alert.ts';

export interface JoinedSites {
  readonly sites: readonly Site[];
  /** Whether a place was added that nobody who knew the earlier ones could know of. */
  readonly isWider: boolean;
}

/**
 * Adds places of findings to those already known. What says less than is known adds nothing; what says more about a
 * place that was only partly known takes its place without being news; anything else is another place.
 */
export function joinSites(known: readonly Site[], seen: readonly Site[]): JoinedSites {
  return seen.reduce<JoinedSites>((joined, site) => joinSite(joined, site), { sites: known, isWider: false });
}

function joinSite({ sites, isWider }: JoinedSites, site: Site): JoinedSites {
  if (sites.some((known) => covers(known, site))) return { sites, isWider };
  const vague = sites.findIndex((known) => isPartOf(known, site));
  if (vague >= 0) return { sites: sites.with(vague, site), isWider };
  return { sites: [...sites, site], isWider: isWider || sites.length > 0 };
}

/** Whether whoever knows `known` knows `site`. */
function covers(known: Site, site: Site): boolean {
  const isPartKnown = site.bodyPart === null || site.bodyPart === known.bodyPart;
  const isSideKnown =
    site.laterality === null || site.laterality === known.laterality || known.laterality === 'B';
  return isPartKnown && isSideKnown;
}

/** Whether `known` says the same with something left open. */
function isPartOf(known: Site, site: Site): boolean {
  const isPartOpen = known.bodyPart === null || known.bodyPart === site.bodyPart;
  const isSideOpen = known.laterality === null || known.laterality === site.laterality;
  return isPartOpen && isSideOpen;
}

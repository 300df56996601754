import type { Site } from '../contract/alert.ts';

export interface JoinedSites {
  readonly sites: readonly Site[];
  /** Whether a site was added that the earlier ones do not cover. */
  readonly isWider: boolean;
}

/**
 * Adds sites of findings to the known ones. A site that a known one covers adds nothing; a more precise one replaces a
 * known one without being news; any other is a further site.
 */
export function joinSites(known: readonly Site[], seen: readonly Site[]): JoinedSites {
  return seen.reduce<JoinedSites>((joined, site) => joinSite(joined, site), { sites: known, isWider: false });
}

/**
 * The side on which a body part has findings: `B` only if it has them on its left and on its right. Null if no file
 * states a side, or if the body part is unknown and the sides differ.
 */
export function lateralityOf(sites: readonly Site[], bodyPart: string | null): Site['laterality'] {
  const [side = null, ...others] = new Set(
    sites.filter((site) => site.bodyPart === bodyPart).flatMap(({ laterality }) => laterality ?? []),
  );
  if (others.length === 0) return side;
  return bodyPart === null ? null : 'B';
}

function joinSite({ sites, isWider }: JoinedSites, site: Site): JoinedSites {
  if (sites.some((known) => covers(known, site))) return { sites, isWider };
  const vague = sites.findIndex((known) => isPartOf(known, site));
  if (vague >= 0) return { sites: sites.with(vague, site), isWider };
  return { sites: [...sites, site], isWider: isWider || sites.length > 0 };
}

/** Whether `known` covers `site`. */
function covers(known: Site, site: Site): boolean {
  const isPartKnown = site.bodyPart === null || site.bodyPart === known.bodyPart;
  const isSideKnown =
    site.laterality === null || site.laterality === known.laterality || known.laterality === 'B';
  return isPartKnown && isSideKnown;
}

/** Whether `known` is `site` with some fields unknown. */
function isPartOf(known: Site, site: Site): boolean {
  const isPartOpen = known.bodyPart === null || known.bodyPart === site.bodyPart;
  const isSideOpen = known.laterality === null || known.laterality === site.laterality;
  return isPartOpen && isSideOpen;
}

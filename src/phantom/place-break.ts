import type { Anatomy, FractureSite } from './anatomy/anatomy.ts';
import { createJag, type Break } from './break-bone.ts';
import { placeAngle, placePoint, type Placement } from './placement.ts';
import type { Random } from './random.ts';

/** A site well inside the image; the anatomy's first one if the view shows none. */
export function chooseSite(
  random: Random,
  { sites }: Anatomy,
  view: Placement,
  { width, height }: { width: number; height: number },
): FractureSite | undefined {
  const shown = sites.filter((site) => {
    const { x, y } = placePoint(view, site.centre);
    return x > width * 0.1 && x < width * 0.9 && y > height * 0.1 && y < height * 0.9;
  });
  return random.pick(shown.length > 0 ? shown : sites);
}

/** A fracture at the site, in pixels of the image; its kind, width, displacement and course are random. */
export function placeBreak(random: Random, site: FractureSite, view: Placement): Break {
  const mm = view.pixelsPerMm;
  const isImpacted = random.chance(0.14);
  const size = Math.min(1.35, Math.sqrt(site.reach / 12));
  const reach = site.reach * mm * 1.08;
  const sides = [-1, 1];
  const lean = random.between(site.lean[0], site.lean[1]);
  return {
    centre: placePoint(view, site.centre),
    axis: placeAngle(view, site.axis),
    lean: view.isMirrored ? -lean : lean,
    gap: mm * size * (isImpacted ? random.between(-2.2, -1) : random.between(0.55, 1.5)),
    slip: mm * size * random.pick(sides) * random.between(0.5, 2.6),
    bend: random.chance(0.5) ? random.pick(sides) * random.between(0.03, 0.12) : 0,
    seeThrough: random.between(0.3, 0.6),
    extent: random.chance(0.18) ? random.between(0.6, 0.85) : 1,
    reach: reach / Math.cos(lean),
    falloff: mm * (6 + site.reach * 0.9),
    jag: createJag(random, reach, mm * size * random.between(1.2, 3), mm * size * random.between(0.35, 1)),
    unevenness: createJag(random, reach, mm * size * 1.6, 0.6),
  };
}

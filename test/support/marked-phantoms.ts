import { drawPhantom, type PhantomKind } from '../../src/phantom/draw-phantom.ts';
import { markCopies, type MarkedCopies } from '../../src/radiograph/pictures/mark-copies.ts';
import type { Route } from '../../src/screens/route.ts';
import { wardPictureRoute } from '../../src/screens/ward/ward-picture-route.ts';

/** All of the left side, like the alerts of the tests. */
const SEEDS = { forearm: 13, hip: 12, hand: 12 } as const;

export type MarkedPhantom = readonly [kind: PhantomKind, certainty: 'very-likely' | 'suspected'];

/** Copies of a drawn radiograph with its fracture marked; nothing in it comes from a patient. */
export function markPhantom([kind, certainty]: MarkedPhantom): Promise<MarkedCopies> {
  const { width, height, pixels, boxes } = drawPhantom({ kind, isFractured: true, seed: SEEDS[kind] });
  const marks = boxes.map((box) => ({ box, isDefinite: certainty === 'very-likely' }));
  return markCopies({ width, height, pixels: Uint8Array.from(pixels, (value) => value >> 4) }, marks);
}

/** The real route of the alerts' pictures, serving phantoms by the alert's id. */
export function phantomPictures(phantoms: Readonly<Record<string, MarkedPhantom>>): Route {
  const drawn = new Map<string, Promise<MarkedCopies>>();
  return wardPictureRoute({
    copies: {
      async read(id, _ward, size) {
        const phantom = phantoms[id];
        if (phantom === undefined) return null;
        const name = phantom.join(' ');
        const copies = drawn.get(name) ?? markPhantom(phantom);
        drawn.set(name, copies);
        return { jpeg: (await copies)[size], imageId: 1 };
      },
    },
    recordAudit: () => undefined,
    now: () => new Date(),
  });
}

/** The alert fields of a site that publishes pictures. */
export function pictured(
  number: number,
  ward = 'ward-3',
): { readonly id: string; readonly thumbnail: string } {
  const id = `01JD${String(number).padStart(22, '0')}`;
  return { id, thumbnail: `/api/ward/${ward}/alerts/${id}/picture?news=1` };
}

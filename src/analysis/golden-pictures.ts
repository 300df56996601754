import type { Manifest } from '../inference/models/manifest.ts';
import type { Picture } from '../preprocess/picture.ts';
import { drawPhantom } from '../phantom/draw-phantom.ts';
import { DEMO_PHANTOMS, phantomName } from '../phantom/phantom-set.ts';

/** Phantoms are drawn with 12 bits. */
const LEVELS = Uint16Array.from({ length: 4096 }, (_, grey) => Math.round((grey * 65_535) / 4095));

/** A fractured and an intact golden phantom of a model, as pictures; none where its manifest names none. */
export function goldenPictures({ golden }: Pick<Manifest, 'golden'>): Picture[] {
  const named = DEMO_PHANTOMS.filter((request) =>
    golden.some(({ phantom }) => phantom === phantomName(request)),
  );
  const chosen = [true, false].map((isFractured) =>
    named.find((request) => request.isFractured === isFractured),
  );
  return chosen.flatMap((request) => {
    if (!request) return [];
    const { width, height, pixels } = drawPhantom(request);
    return [{ width, height, samples: pixels, levels: LEVELS }];
  });
}

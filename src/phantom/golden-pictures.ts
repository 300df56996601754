import { drawPhantom } from './draw-phantom.ts';
import { DEMO_PHANTOMS, phantomName } from './phantom-set.ts';

/** A model whose manifest names phantoms and their expected findings. */
interface ModelWithGolden {
  readonly manifest: { readonly golden: readonly { readonly phantom: string }[] };
}

/** Grey pixels, row-major; `levels` maps every sample to its grey, 0…65535. */
export interface PhantomPicture {
  readonly width: number;
  readonly height: number;
  readonly samples: Uint16Array;
  readonly levels: Uint16Array;
}

/** Phantoms are drawn with 12 bits. */
const LEVELS = Uint16Array.from({ length: 4096 }, (_, grey) => Math.round((grey * 65_535) / 4095));

/** A fractured and an intact golden phantom of a model, as pictures; none where its manifest names none. */
export function goldenPictures({ manifest: { golden } }: ModelWithGolden): readonly PhantomPicture[] {
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

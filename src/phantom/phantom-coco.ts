import type { Phantom } from './draw-phantom.ts';

/** The ground truth of a set of images in the COCO detection format; an image without annotation is intact. */
export interface PhantomCoco {
  readonly info: { readonly description: string };
  readonly images: readonly CocoImage[];
  readonly annotations: readonly CocoAnnotation[];
  readonly categories: readonly { readonly id: number; readonly name: string }[];
}

interface CocoImage {
  readonly id: number;
  readonly file_name: string;
  readonly width: number;
  readonly height: number;
}

interface CocoAnnotation {
  readonly id: number;
  readonly image_id: number;
  readonly category_id: number;
  readonly bbox: readonly [x: number, y: number, width: number, height: number];
  readonly area: number;
  readonly iscrowd: 0;
}

/** Ids count from 1 in the order given; the one category is a fracture, 1. */
export function phantomCoco(
  files: readonly {
    readonly fileName: string;
    readonly phantom: Pick<Phantom, 'width' | 'height' | 'boxes'>;
  }[],
): PhantomCoco {
  const images = files.map(({ fileName, phantom }, index): CocoImage => {
    return { id: index + 1, file_name: fileName, width: phantom.width, height: phantom.height };
  });
  const boxes = files.flatMap(({ phantom }, index) =>
    phantom.boxes.map((box) => ({ box, imageId: index + 1 })),
  );
  const annotations = boxes.map(({ box, imageId }, index): CocoAnnotation => {
    return {
      id: index + 1,
      image_id: imageId,
      category_id: 1,
      bbox: [box.x, box.y, box.width, box.height],
      area: box.width * box.height,
      iscrowd: 0,
    };
  });
  return {
    info: { description: 'Bonewatch phantoms: drawn radiographs with known fractures, no patient data' },
    images,
    annotations,
    categories: [{ id: 1, name: 'fracture' }],
  };
}

import { readFile } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { BonewatchError } from '../../contract/errors.ts';
import { isPicture, type DatasetFiles } from './image-files.ts';
import { NO_FACTS, type LabelledFracture, type LabelledImage } from './labelled-image.ts';

/**
 * Pascal VOC: every picture, with the XML file of the same name from wherever it lies in the folder; a picture without
 * one is without a fracture. Corners are used unchanged. Throws DATASET_INVALID for an object without a box.
 */
export async function readVoc({ directory, names }: DatasetFiles): Promise<LabelledImage[]> {
  const labels = new Map(names.filter((name) => name.endsWith('.xml')).map((name) => [stemOf(name), name]));
  return Promise.all(
    names.filter(isPicture).map(async (name, index) => {
      const label = labels.get(stemOf(name));
      const xml = label === undefined ? '' : await readFile(join(directory, label), 'utf8');
      const [width, height] = [numberIn(xml, 'width'), numberIn(xml, 'height')];
      return {
        file: name,
        path: join(directory, name),
        imageId: index + 1,
        fractures: elements(xml, 'object').map((object) => fractureOf(object, label ?? '')),
        unit: 'pixels',
        declaredSize: width !== null && height !== null ? { width, height } : null,
        facts: NO_FACTS,
        claims: null,
      };
    }),
  );
}

function stemOf(name: string): string {
  return basename(name, extname(name));
}

function fractureOf(object: string, file: string): LabelledFracture {
  const [bounds = ''] = elements(object, 'bndbox');
  const edges = ['xmin', 'ymin', 'xmax', 'ymax'].map((name) => numberIn(bounds, name));
  const [left, top, right, bottom] = edges.filter((edge) => edge !== null);
  if (left === undefined || top === undefined || right === undefined || bottom === undefined) {
    throw new BonewatchError('DATASET_INVALID', `${file}: an object has no bndbox.`);
  }
  return {
    box: { x: left, y: top, width: right - left, height: bottom - top },
    polygons: [],
    isCrowd: false,
  };
}

/** The contents of the tags with that name. */
function elements(xml: string, name: string): readonly string[] {
  const pattern = new RegExp(`<${name}(?:\\s[^>]*)?>([\\s\\S]*?)</${name}>`, 'g');
  return Array.from(xml.matchAll(pattern), ([, content]) => content ?? '');
}

function numberIn(xml: string, name: string): number | null {
  const [text] = elements(xml, name);
  const number = Number(text);
  return text === undefined || text.trim() === '' || Number.isNaN(number) ? null : number;
}

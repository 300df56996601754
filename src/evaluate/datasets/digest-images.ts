import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { EvaluatedImage } from '../figures/evaluated-image.ts';

/** SHA-256 of the evaluated images: their bytes, drawn fractures and groups; independent of their order. */
export async function digestImages(images: readonly EvaluatedImage[]): Promise<string> {
  const lines: string[] = [];
  for (const { path, fractures, group } of images) {
    const bytes = createHash('sha256')
      .update(await readFile(path))
      .digest('hex');
    const drawn = fractures.map(({ box, isCrowd }) => [box.x, box.y, box.width, box.height, isCrowd]);
    lines.push(JSON.stringify([bytes, drawn, group]));
  }
  return createHash('sha256').update(lines.toSorted().join('\n')).digest('hex');
}

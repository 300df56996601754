import { writeFile } from 'node:fs/promises';
import { configSchema } from '../../../config/schema.ts';
import { isBonewatchError } from '../../../contract/errors.ts';
import { openDecoder } from '../../../analysis/open-decoder.ts';
import { encodePng } from '../../../radiograph/pictures/raster-codec.ts';
import { EXIT, printError } from '../../terminal.ts';

export interface RenderCommandOptions {
  readonly out: string;
  readonly bits: 8 | 16;
  readonly raw?: boolean;
}

/** `render`: the radiograph as the model and the screens see it, or its stored pixel values. */
export async function render(
  file: string,
  { out, bits, raw = false }: RenderCommandOptions,
): Promise<number> {
  await using decoder = openDecoder(configSchema.shape.scope.parse({}));
  try {
    await writeFile(out, await encodePng(await decoder.render(file, { bits, raw })));
    return EXIT.ok;
  } catch (error) {
    if (!isBonewatchError(error)) throw error;
    printError(error);
    return EXIT.notDecodable;
  }
}

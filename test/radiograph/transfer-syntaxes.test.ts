import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { table } from '../../docs/markdown.ts';
import { isBonewatchError } from '../../src/contract/errors.ts';
import { readRadiograph } from '../../src/radiograph/read-radiograph.ts';
import { temporaryFiles, type TemporaryFiles } from '../support/temporary-file.ts';
import {
  blockFrame,
  blockPicture,
  TRANSFER_SYNTAXES,
  type WrittenSyntax,
} from '../support/transfer-syntaxes.ts';
import { EXPLICIT, writeDicom, type DicomElement } from '../support/write-dicom.ts';

const DEPTHS = [8, 10, 12, 14, 16];
const PAGE = fileURLToPath(new URL('../../docs/dicom-conformance.md', import.meta.url));
const TABLE = /(?<=<!-- table -->\n\n)\|[\s\S]*?(?=\n<!-- end of table -->)/;

let files: TemporaryFiles;

beforeAll(async () => {
  files = await temporaryFiles();
});

afterAll(() => files[Symbol.asyncDispose]());

async function shown(bitsStored: number, syntax: WrittenSyntax): Promise<Uint16Array> {
  const picture = blockPicture(bitsStored);
  const frame = await blockFrame(syntax, picture);
  const elements: DicomElement[] = [
    ['00281050', 'DS', `${2 ** (bitsStored - 1)}`],
    ['00281051', 'DS', `${2 ** bitsStored}`],
  ];
  const fragments = frame ? { fragments: [frame] } : {};
  const bytes = writeDicom({ ...picture, ...fragments, transferSyntaxUid: syntax.uid, elements });
  const { radiograph } = await readRadiograph(await files.write(bytes), { maxMegapixels: 1 });
  return radiograph.pixels;
}

/** A cell of the table: whether a syntax displays the same pixels as the uncompressed file. */
async function compare(bitsStored: number, syntax: WrittenSyntax): Promise<string> {
  if (!syntax.depths.includes(bitsStored)) return '–';
  const uncompressed = TRANSFER_SYNTAXES.find(({ uid }) => uid === EXPLICIT);
  if (uncompressed === undefined) throw new Error('the list has no uncompressed syntax');
  const plain = await shown(bitsStored, uncompressed);
  try {
    return Buffer.from(plain.buffer).equals(Buffer.from((await shown(bitsStored, syntax)).buffer))
      ? 'identical'
      : 'DIFFERENT';
  } catch (error) {
    if (!isBonewatchError(error)) throw error;
    return error.code;
  }
}

describe('one radiograph in every transfer syntax', () => {
  it.each([...TRANSFER_SYNTAXES])('shows the same pixels at every depth: $name', async (syntax) => {
    for (const depth of syntax.depths) {
      expect(await compare(depth, syntax), `${depth} bits`).toBe('identical');
    }
  });

  it('is listed in the table of the conformance page (if not: npx vitest run test/radiograph/transfer-syntaxes -u)', async () => {
    const rows: string[][] = [];
    for (const syntax of TRANSFER_SYNTAXES) {
      const cells: string[] = [];
      for (const depth of DEPTHS) cells.push(await compare(depth, syntax));
      rows.push([`\`${syntax.uid}\``, syntax.name, ...cells]);
    }

    const page = await readFile(PAGE, 'utf8');
    const head = ['transfer syntax', 'name', ...DEPTHS.map((depth) => `${depth} bits`)];
    await expect(page.replace(TABLE, () => table(head, rows))).toMatchFileSnapshot(PAGE);
  });
});

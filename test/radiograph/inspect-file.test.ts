import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inspectFile } from '../../src/radiograph/inspect-file.ts';
import { encodeFrame, LOSSLESS_SYNTAXES } from '../support/encode-frame.ts';
import { temporaryFiles, type TemporaryFiles } from '../support/temporary-file.ts';
import {
  BIG_ENDIAN,
  DEFLATED,
  EXPLICIT,
  IMPLICIT,
  writeDicom,
  type DicomElement,
} from '../support/write-dicom.ts';

const picture = { rows: 40, columns: 40, stored: new Uint16Array(1600).fill(5) } as const;

const REPORT: DicomElement = ['00080016', 'UI', '1.2.840.10008.5.1.4.1.1.88.22'];

let files: TemporaryFiles;

beforeAll(async () => {
  files = await temporaryFiles();
});

afterAll(() => files[Symbol.asyncDispose]());

async function inspect(bytes: Buffer) {
  return inspectFile(await files.write(bytes));
}

describe('a file that is still being written', () => {
  it.each([IMPLICIT, EXPLICIT, BIG_ENDIAN, DEFLATED])(
    'is incomplete until its last byte: %s',
    async (uid) => {
      const whole = writeDicom({ ...picture, transferSyntaxUid: uid });

      for (const missing of [1, 2, 100, 1600, whole.length - 200]) {
        expect((await inspect(whole.subarray(0, whole.length - missing))).isWhole, `-${missing}`).toBe(false);
      }
      expect((await inspect(whole)).isWhole).toBe(true);
    },
  );

  it('is incomplete when only its header has arrived, up to the start of the pixels', async () => {
    const header = writeDicom({ ...picture, without: ['7fe00010'] });

    expect((await inspect(header)).isWhole).toBe(false);
  });

  it('is incomplete until the end mark of its fragments', async () => {
    const frame = await encodeFrame('jpeg-ls', { ...picture, bitsStored: 16 });
    const half = Math.ceil(frame.length / 4) * 2;
    const fragments = [frame.subarray(0, half), frame.subarray(half)];
    const whole = writeDicom({ ...picture, transferSyntaxUid: LOSSLESS_SYNTAXES['jpeg-ls'], fragments });

    for (const missing of [1, 8, 9, 16, fragments[1]?.length ?? 0, (fragments[1]?.length ?? 0) + 16]) {
      expect((await inspect(whole.subarray(0, whole.length - missing))).isWhole, `-${missing}`).toBe(false);
    }
    expect((await inspect(whole)).isWhole).toBe(true);
  });
});

describe('an inspection', () => {
  it('returns format, size, fingerprint and instance', async () => {
    const bytes = writeDicom(picture);

    expect(await inspect(bytes)).toEqual({
      format: 'dicom',
      isWhole: true,
      sizeBytes: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      sopInstanceUid: '1.2.3.4.5',
    });
  });

  it('reports a document without an image as complete', async () => {
    const report = writeDicom({
      ...picture,
      without: ['7fe00010', '00280010', '00280011'],
      elements: [REPORT],
    });

    expect((await inspect(report)).isWhole).toBe(true);
  });

  it.each([
    ['an empty file', Buffer.alloc(0)],
    ['a text', Buffer.from('export log, nothing to see here, move along please')],
    ['a single byte', Buffer.from([0x08])],
  ])('returns a result, not an error, for %s', async (_, bytes) => {
    expect(await inspect(bytes)).toMatchObject({ format: 'unknown', isWhole: false, sopInstanceUid: null });
  });

  it('throws a named error for a missing file and for a path that is not a file', async () => {
    await expect(inspectFile(`${files.folder}/gone.dcm`)).rejects.toMatchObject({ code: 'FILE_VANISHED' });
    await expect(inspectFile(files.folder)).rejects.toMatchObject({ code: 'FILE_NOT_REGULAR' });
  });

  it('ignores an invalid UID', async () => {
    const bytes = writeDicom({ ...picture, elements: [['00080018', 'UI', '../../etc/passwd']] });

    expect((await inspect(bytes)).sopInstanceUid).toBeNull();
  });
});

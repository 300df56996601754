import { readdirSync } from 'node:fs';
import { deflateRawSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ERROR_CODES, isBonewatchError } from '../../src/contract/errors.ts';
import { createWorkerPool, type WorkerPool } from '../../src/radiograph/workers/decode-pool.ts';
import type { Radiograph } from '../../src/contract/radiograph.ts';
import { encodeFrame, LOSSLESS_SYNTAXES } from '../support/encode-frame.ts';
import { sharedData } from '../support/shared-data.ts';
import { temporaryFiles, type TemporaryFiles } from '../support/temporary-file.ts';
import { DEFLATED, IMPLICIT, writeDicom, type DicomElement } from '../support/write-dicom.ts';

const DEADLINE_MS = 10_000;
/** Every corrupt file requires a new thread, which adds up on a busy machine. */
const TIMEOUT_MS = 120_000;
const MAX_RESIDENT_BYTES = 700 * 1024 * 1024;

const bad = sharedData('dicom/bad');

let files: TemporaryFiles;
let pool: WorkerPool;

beforeAll(async () => {
  files = await temporaryFiles();
  pool = createWorkerPool({
    workerUrl: new URL('./workers/reading-worker.ts', import.meta.url),
    size: 2,
    deadlineMs: DEADLINE_MS,
    resourceLimits: { maxOldGenerationSizeMb: 256 },
  });
});

afterAll(async () => {
  await pool[Symbol.asyncDispose]();
  await files[Symbol.asyncDispose]();
});

/** `read`, or the code of the named reason; anything else is a failure of the test. */
async function outcomeOf(path: string): Promise<string> {
  try {
    const { width, height, pixels } = (await pool.run(path)) as Radiograph;
    return pixels.length === width * height ? 'read' : 'pixels missing';
  } catch (error) {
    return isBonewatchError(error) ? error.code : String(error);
  }
}

async function outcomeOfBytes(bytes: Buffer): Promise<string> {
  return outcomeOf(await files.write(bytes));
}

function nested(depth: number): DicomElement {
  let element: DicomElement = ['00081140', 'SQ', [[['00081150', 'UI', '1.2.3']]]];
  for (let level = 0; level < depth; level += 1) element = ['00081140', 'SQ', [[element]]];
  return element;
}

describe('a malformed file', { timeout: TIMEOUT_MS }, () => {
  it.skipIf(bad === null)(
    'of the collection is read or rejected by name, never crashes, blocks or exhausts memory',
    async () => {
      for (const name of readdirSync(bad ?? '.')) {
        const startedAt = performance.now();

        const outcome = await outcomeOf(`${bad}/${name}`);

        expect(['read', ...Object.keys(ERROR_CODES)], name).toContain(outcome);
        expect(['DECODE_TIMEOUT', 'DECODE_CRASHED'], name).not.toContain(outcome);
        expect(performance.now() - startedAt, name).toBeLessThan(DEADLINE_MS);
      }
      expect(process.memoryUsage().rss).toBeLessThan(MAX_RESIDENT_BYTES);
    },
  );

  it('is rejected by name wherever it was truncated', async () => {
    const stored = Uint16Array.from({ length: 1024 }, (_, index) => index * 3);
    const picture = { rows: 32, columns: 32, bitsStored: 12, stored } as const;
    const frame = await encodeFrame('jpeg-ls', picture);
    const transferSyntaxUid = LOSSLESS_SYNTAXES['jpeg-ls'];
    const wholes = [
      writeDicom(picture),
      writeDicom({ ...picture, transferSyntaxUid: IMPLICIT }),
      writeDicom({ ...picture, transferSyntaxUid: DEFLATED }),
      writeDicom({ ...picture, transferSyntaxUid, fragments: [frame] }),
    ];

    for (const whole of wholes) {
      // The last eight bytes of the compressed one are its end mark: without them the picture is complete.
      for (let length = 140; length < whole.length - 9; length += 37) {
        expect(await outcomeOfBytes(whole.subarray(0, length)), `${length} bytes`).toBe('DICOM_TRUNCATED');
      }
    }
  });

  it('with flipped bits is read or rejected by name, and never crashes a decoder without a named error', async () => {
    const stored = Uint16Array.from({ length: 4096 }, (_, index) => (index * 31) % 4096);
    const picture = { rows: 64, columns: 64, bitsStored: 12, stored } as const;
    const frame = await encodeFrame('jpeg 2000', picture);
    const transferSyntaxUid = LOSSLESS_SYNTAXES['jpeg 2000'];
    const whole = writeDicom({ ...picture, transferSyntaxUid, fragments: [frame] });

    for (let run = 0; run < 60; run += 1) {
      const broken = Buffer.from(whole);
      for (let flip = 0; flip <= run % 4; flip += 1) {
        const at = 132 + (((run * 7919 + flip * 104729) * 31) % (whole.length - 132));
        broken.writeUInt8((broken[at] ?? 0) ^ (1 << (run % 8)), at);
      }
      expect(['read', ...Object.keys(ERROR_CODES)]).toContain(await outcomeOfBytes(broken));
    }
    expect(await outcomeOfBytes(whole)).toBe('read');
  });
});

describe('a file crafted to exhaust resources', () => {
  it.each([
    ['claims 4 gigapixels', { rows: 65535, columns: 65535, stored: [0] }, 'IMAGE_TOO_LARGE'],
    ['claims 40 megapixels and holds one', { rows: 8000, columns: 5000, stored: [0] }, 'PIXELS_CORRUPT'],
    ['nests 500 sequences', { rows: 1, columns: 1, stored: [0], elements: [nested(500)] }, 'read'],
  ])('is read or rejected at once when it %s', async (_, picture, outcome) => {
    expect(await outcomeOfBytes(writeDicom(picture))).toBe(outcome);
  });

  it('is rejected when it decompresses without bounds', async () => {
    const meta = writeDicom({ rows: 1, columns: 1, stored: [], transferSyntaxUid: DEFLATED });
    const start = meta.lastIndexOf(DEFLATED) + DEFLATED.length;
    const bomb = Buffer.concat([meta.subarray(0, start), deflateRawSync(Buffer.alloc(200 * 1024 * 1024))]);

    expect(await outcomeOfBytes(bomb)).toBe('IMAGE_TOO_LARGE');
  });

  it('is rejected when its compressed picture is larger than its header states', async () => {
    const stored = new Uint8Array(400).fill(9);
    const frame = await encodeFrame('jpeg lossless', { rows: 20, columns: 20, bitsStored: 8, stored });
    const sof = frame.indexOf(Buffer.from([0xff, 0xc3]));
    frame.writeUInt32BE(0xfff0fff0, sof + 5);
    const picture = { rows: 20, columns: 20, stored, bitsAllocated: 8 } as const;
    const transferSyntaxUid = LOSSLESS_SYNTAXES['jpeg lossless'];

    expect(await outcomeOfBytes(writeDicom({ ...picture, transferSyntaxUid, fragments: [frame] }))).toBe(
      'PIXELS_CORRUPT',
    );
  });
});

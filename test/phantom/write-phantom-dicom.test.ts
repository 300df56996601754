import dicomParser from 'dicom-parser';
import { describe, expect, it } from 'vitest';
import { drawPhantom, PHANTOM_KINDS } from '../../src/phantom/draw-phantom.ts';
import { phantomUid } from '../../src/phantom/phantom-uid.ts';
import { writePhantomDicom, type PhantomDicomOptions } from '../../src/phantom/write-phantom-dicom.ts';

const phantom = drawPhantom({ kind: 'hip', isFractured: true, seed: 3, width: 131, height: 109 });

function reread(options: PhantomDicomOptions = {}, drawn = phantom) {
  const bytes = writePhantomDicom(drawn, options);
  const dataset = dicomParser.parseDicom(bytes);
  const element = dataset.elements['x7fe00010'];
  if (element === undefined) throw new Error('the file has no pixel data');
  const view = new DataView(bytes.buffer, bytes.byteOffset + element.dataOffset, element.length);
  const stored = Uint16Array.from({ length: element.length / 2 }, (_, index) =>
    view.getUint16(index * 2, true),
  );
  return { bytes, dataset, stored };
}

/** The LINEAR function of PS3.3 C.11.2.1.2.1 onto 0…255. */
function windowed(value: number, center: number, width: number): number {
  if (value <= center - 0.5 - (width - 1) / 2) return 0;
  if (value > center - 0.5 + (width - 1) / 2) return 255;
  return ((value - (center - 0.5)) / (width - 1) + 0.5) * 255;
}

describe('a phantom as DICOM', () => {
  it('reads back with the pixels that were drawn', () => {
    const { dataset, stored } = reread();

    expect(dataset.uint16('x00280011')).toBe(phantom.width);
    expect(dataset.uint16('x00280010')).toBe(phantom.height);
    expect(stored).toEqual(phantom.pixels);
  });

  it('is a DX image for presentation of the right body part and side', () => {
    const { dataset } = reread({ institutionalDepartmentName: 'ER', patientAge: 78 });

    expect(dataset.string('x00080016')).toBe('1.2.840.10008.5.1.4.1.1.1.1');
    expect(dataset.string('x00020010')).toBe('1.2.840.10008.1.2.1');
    expect(dataset.string('x00080060')).toBe('DX');
    expect(dataset.string('x00180015')).toBe('HIP');
    expect(dataset.string('x00200062')).toBe(phantom.laterality);
    expect(dataset.string('x00185101')).toBe('AP');
    expect(dataset.string('x00100010')).toBe('PHANTOM^HIP');
    expect(dataset.string('x00100020')).toBe('PHANTOM-3');
    expect(dataset.string('x00100030')).toBeUndefined();
    expect(dataset.string('x00101010')).toBe('078Y');
    expect(dataset.string('x00081040')).toBe('ER');
  });

  it('displays every value within one grey level of the drawn one, with its own window', () => {
    const { dataset, stored } = reread();
    const center = dataset.floatString('x00281050') ?? Number.NaN;
    const width = dataset.floatString('x00281051') ?? Number.NaN;

    expect([windowed(0, center, width), windowed(4095, center, width)]).toEqual([0, 255]);
    for (const [index, value] of stored.entries()) {
      const drawn = ((phantom.pixels[index] ?? 0) / 4095) * 255;
      expect(Math.abs(windowed(value, center, width) - drawn)).toBeLessThan(1);
    }
  });

  it('stores a MONOCHROME1 image inverted, so that white still means bone', () => {
    const { dataset, stored } = reread({ photometricInterpretation: 'MONOCHROME1' });

    expect(dataset.string('x00280004')).toBe('MONOCHROME1');
    expect(dataset.string('x20500020')).toBe('INVERSE');
    expect(stored.map((value) => 4095 - value)).toEqual(phantom.pixels);
  });

  it('contains elements of even length only', () => {
    const { dataset } = reread({ accessionNumber: 'A12', stationName: 'DR1' });

    for (const { length, hadUndefinedLength } of Object.values(dataset.elements)) {
      if (hadUndefinedLength !== true) expect(length % 2).toBe(0);
    }
  });

  it('is the same file every time, and another instance when its options change', () => {
    expect(reread().bytes).toEqual(reread().bytes);
    expect(reread({ instanceNumber: 2 }).dataset.string('x00080018')).not.toBe(
      reread().dataset.string('x00080018'),
    );
  });

  it('can contain several views in one study, each with its own series and instance', () => {
    const studyInstanceUid = phantomUid('study of the demo');
    const views = [true, false].map((isFractured) => {
      const drawn = drawPhantom({ kind: 'hand', isFractured, seed: 5, width: 40, height: 56 });
      return reread({ studyInstanceUid }, drawn).dataset;
    });

    expect(views.map((view) => view.string('x0020000d'))).toEqual([studyInstanceUid, studyInstanceUid]);
    expect(new Set(views.map((view) => view.string('x0020000e'))).size).toBe(2);
    expect(new Set(views.map((view) => view.string('x00080018'))).size).toBe(2);
  });

  it('has valid identifiers that are unique to each phantom', () => {
    const uids = PHANTOM_KINDS.flatMap((kind) =>
      [1, 2, 3, 4, 5].flatMap((seed) =>
        [true, false].flatMap((isFractured) => {
          const { dataset } = reread({}, drawPhantom({ kind, isFractured, seed, width: 30, height: 30 }));
          return ['x00080018', 'x0020000d', 'x0020000e'].map((tag) => dataset.string(tag) ?? '');
        }),
      ),
    );

    expect(new Set(uids).size).toBe(uids.length);
    for (const uid of uids) {
      expect(uid).toMatch(/^2\.25\.[1-9]\d{0,38}$/);
      expect(BigInt(uid.slice(5)) < 2n ** 128n).toBe(true);
    }
  });
});

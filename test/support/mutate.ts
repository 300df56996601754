import dicomParser from 'dicom-parser';

/** A valid file with the offsets of its length fields and its UID. */
export interface Seed {
  readonly name: string;
  readonly bytes: Buffer;
  /** Offsets of two- or four-byte length fields; empty if the file is not plain DICOM. */
  readonly lengthFields: readonly LengthField[];
  /** Offset of the SOP Instance UID, so that every mutation can be a separate instance. */
  readonly uid: { readonly at: number; readonly length: number } | null;
  /** Where the pixel data begins: half of all flips hit the header before it. */
  readonly headEnds: number;
}

interface LengthField {
  readonly at: number;
  readonly size: 2 | 4;
}

const LONG_VRS = new Set(['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'SQ', 'UC', 'UN', 'UR', 'UT']);

/** Repeatable randomness (mulberry32): 0 up to, but not including, `below`. */
function seededRandom(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

/** Prepares a valid file for mutation. */
export function asSeed(name: string, bytes: Buffer): Seed {
  try {
    const { elements } = dicomParser.parseDicom(bytes);
    const found = Object.values(elements);
    const lengthFields = found.map(({ vr, dataOffset }): LengthField => {
      const isShort = vr !== undefined && !LONG_VRS.has(vr);
      return { at: dataOffset - (isShort ? 2 : 4), size: isShort ? 2 : 4 };
    });
    const uid = elements.x00080018;
    return {
      name,
      bytes,
      // A deflated data set's offsets are not those of the file.
      lengthFields: lengthFields.filter(({ at }) => at > 132 && at + 4 < bytes.length),
      uid: uid && isUidAt(bytes, uid.dataOffset) ? { at: uid.dataOffset, length: uid.length } : null,
      headEnds: Math.min(elements.x7fe00010?.dataOffset ?? bytes.length, bytes.length),
    };
  } catch {
    return { name, bytes, lengthFields: [], uid: null, headEnds: Math.min(1024, bytes.length) };
  }
}

/** The seed with one mutation: flipped bits, a truncation or a wrong length. The same number gives the same bytes. */
export function mutate(seed: Seed, number: number): Buffer {
  const random = seededRandom(number);
  const bytes = Buffer.from(seed.bytes);
  if (seed.uid) bytes.write(uidOf(number, seed.uid.length), seed.uid.at, 'latin1');
  const kind = random(seed.lengthFields.length > 0 ? 3 : 2);
  if (kind === 0) return flipBits(bytes, seed.headEnds, random);
  if (kind === 1) return bytes.subarray(0, 1 + random(bytes.length - 1));
  return editLength(bytes, seed.lengthFields[random(seed.lengthFields.length)], random);
}

/** The unchanged seed with a new UID. */
export function withNewUid(seed: Seed, number: number): Buffer {
  const bytes = Buffer.from(seed.bytes);
  if (seed.uid) bytes.write(uidOf(number, seed.uid.length), seed.uid.at, 'latin1');
  return bytes;
}

function flipBits(bytes: Buffer, headEnds: number, random: (below: number) => number): Buffer {
  const flips = 1 + random(8);
  for (let flip = 0; flip < flips; flip += 1) {
    const at = random(random(2) === 0 ? headEnds : bytes.length);
    bytes.writeUInt8((bytes[at] ?? 0) ^ (1 << random(8)), at);
  }
  return bytes;
}

function editLength(
  bytes: Buffer,
  field: LengthField | undefined,
  random: (below: number) => number,
): Buffer {
  if (field === undefined) return bytes;
  const { at, size } = field;
  const max = 2 ** (size * 8) - 1;
  const old = bytes.readUIntLE(at, size);
  const choices = [0, 1, max, max - 1, 2 ** (size * 8 - 1), old + 1, old + 2, old * 2, random(max)];
  const length = Math.min(Math.max(choices[random(choices.length)] ?? 0, 0), max);
  bytes.writeUIntLE(length, at, size);
  return bytes;
}

function isUidAt(bytes: Buffer, at: number): boolean {
  return /^\d+\.\d/.test(bytes.toString('latin1', at, at + 4));
}

function uidOf(number: number, length: number): string {
  return `2.25.1${String(number).padStart(Math.max(1, length - 6), '0')}`.slice(0, length);
}

import { brotliDecompressSync } from 'node:zlib';

const FIXED_HEADER = 48;
const CMAP = 0;
const GLYF = 10;
const LOCA = 11;

/**
 * The characters a WOFF2 file draws (W3C WOFF2, 4 and 5), from the table `cmap`, which the format does not transform
 * (OpenType, formats 4 and 12).
 */
export function glyphsOf(woff2: Buffer): ReadonlySet<number> {
  const cmap = readCmap(woff2);
  const characters = new Set<number>();
  for (let index = 0; index < cmap.readUInt16BE(2); index += 1) {
    const table = cmap.subarray(cmap.readUInt32BE(8 + index * 8));
    const format = table.readUInt16BE(0);
    if (format === 4) addSegments(table, characters);
    if (format === 12) addGroups(table, characters);
  }
  return characters;
}

function readCmap(woff2: Buffer): Buffer {
  const tables = woff2.readUInt16BE(12);
  let at = FIXED_HEADER;
  let before = 0;
  let place: { readonly start: number; readonly length: number } | null = null;
  const base128 = (): number => {
    for (let value = 0; ;) {
      const byte = woff2.readUInt8(at);
      at += 1;
      value = value * 128 + (byte & 0x7f);
      if (byte < 0x80) return value;
    }
  };
  for (let index = 0; index < tables; index += 1) {
    const flags = woff2.readUInt8(at);
    at += (flags & 0x3f) === 0x3f ? 5 : 1;
    const tag = flags & 0x3f;
    const original = base128();
    const isTransformed = tag === GLYF || tag === LOCA ? flags >> 6 !== 3 : flags >> 6 !== 0;
    const length = isTransformed ? base128() : original;
    if (tag === CMAP) place = { start: before, length };
    before += length;
  }
  if (place === null) throw new Error('The font has no characters.');
  const content = brotliDecompressSync(woff2.subarray(at, at + woff2.readUInt32BE(20)));
  return content.subarray(place.start, place.start + place.length);
}

function addSegments(table: Buffer, characters: Set<number>): void {
  const count = table.readUInt16BE(6) / 2;
  const word = (index: number): number => table.readUInt16BE(14 + index * 2);
  for (let segment = 0; segment < count; segment += 1) {
    const [end, start] = [word(segment), word(count + 1 + segment)];
    for (let code = start; code <= end && code < 0xffff; code += 1) characters.add(code);
  }
}

function addGroups(table: Buffer, characters: Set<number>): void {
  for (let group = 0; group < table.readUInt32BE(12); group += 1) {
    const [start, end] = [table.readUInt32BE(16 + group * 12), table.readUInt32BE(20 + group * 12)];
    for (let code = start; code <= end; code += 1) characters.add(code);
  }
}

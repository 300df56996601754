import dicomParser, { type DataSet, type Element } from 'dicom-parser';
import { startsExplicit } from '../sniff-format.ts';

/** Missing from the package's types. */
const { readSequenceItemsExplicit, readSequenceItemsImplicit } = dicomParser as unknown as {
  readonly readSequenceItemsExplicit: (
    stream: dicomParser.ByteStream,
    element: Element,
    warnings: string[],
  ) => void;
  readonly readSequenceItemsImplicit: (stream: dicomParser.ByteStream, element: Element) => void;
};

const ITEM = 0xfffee000;
const ITEM_HEADER_BYTES = 8;

/**
 * The items of a sequence that is stored as UN of defined length. Its elements are implicit VR little endian (PS3.5
 * 6.2.2); explicit ones, which some writers leave, are recognised. Empty if the value is not a sequence, or damaged.
 */
export function readUnknownItems({ byteArray }: DataSet, element: Element): readonly Element[] {
  const { dataOffset, length } = element;
  const parser = dicomParser.littleEndianByteArrayParser;
  try {
    const stream = new dicomParser.ByteStream(parser, byteArray, dataOffset);
    const first = stream.readUint16() * 65536 + stream.readUint16();
    if (first !== ITEM) return [];
    const items: Element = { ...element, items: [] };
    stream.position = dataOffset;
    const value = Buffer.from(byteArray.buffer, byteArray.byteOffset + dataOffset, length);
    const isExplicit = startsExplicit(value.subarray(ITEM_HEADER_BYTES));
    if (isExplicit) readSequenceItemsExplicit(stream, items, []);
    else readSequenceItemsImplicit(stream, items);
    return items.items ?? [];
  } catch {
    // The parser throws strings.
    return [];
  }
}

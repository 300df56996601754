import type { DataSet } from 'dicom-parser';
import { bytesOf, unsignedOf } from '../dicom/dicom-values.ts';

/** A Modality, VOI or palette lookup table; inputs beyond its ends take the end's value. */
export interface LookupTable {
  readonly firstMapped: number;
  readonly values: Uint16Array;
  /** The table's value for full white. */
  readonly whitest: number;
  /** The descriptor states at least two bits more than any entry has. */
  readonly isOverstated: boolean;
  /** Fewer entries than the descriptor states; the last one counts for those that are missing. */
  readonly isShort: boolean;
}

/** Some writers state 16 bits for entries of 12: entries that leave two bits unused would be nearly black. */
const MAX_UNUSED_BITS = 1;
/** A table that lacks more of its entries is damaged. */
const MIN_PRESENT_SHARE = 0.75;
/** More bytes than this for each entry are words of which some may be missing. */
const MAX_BYTES_PER_BYTE = 1.5;

/**
 * A table from its descriptor and data (PS3.3 C.11.1.1, C.11.2.1.1, C.7.6.3.1.5), or null where it is invalid. White is
 * what the bits of the descriptor can hold, unless the entries need more, or two or more fewer.
 */
export function readLookupTable(
  dataSet: DataSet,
  tags: { readonly descriptor: string; readonly data: string },
  input: { readonly isSigned: boolean },
): LookupTable | null {
  const count = unsignedOf(dataSet, tags.descriptor);
  const data = bytesOf(dataSet, tags.data);
  if (count === null || data === null || (bytesOf(dataSet, tags.descriptor)?.length ?? 0) < 6) return null;
  const entries = count === 0 ? 65536 : count;
  const isSigned = dataSet.elements[tags.descriptor]?.vr === 'SS' || input.isSigned;
  const firstMapped =
    (isSigned ? dataSet.int16(tags.descriptor, 1) : dataSet.uint16(tags.descriptor, 1)) ?? 0;
  const stated = dataSet.uint16(tags.descriptor, 2) ?? 16;
  // Entries of 8 bits may be bytes (PS3.3 C.11.1.1.1); a table of 16-bit entries may lack some.
  const isInBytes = stated <= 8 && data.length < entries * MAX_BYTES_PER_BYTE;
  const present = Math.min(entries, isInBytes ? data.length : Math.floor(data.length / 2));
  // A count of 0 stands for 65536, but also for a writer that left it out.
  if (count !== 0 && present < entries * MIN_PRESENT_SHARE) return null;
  const values = Uint16Array.from({ length: present }, (_, index) =>
    isInBytes ? (data[index] ?? 0) : (dataSet.uint16(tags.data, index) ?? 0),
  );
  const highest = values.reduce((max, value) => Math.max(max, value), 0);
  const bits = Math.min(Math.max(stated, 1), 16);
  const used = bitsOf(highest);
  const isOverstated = used > 0 && used < bits - MAX_UNUSED_BITS;
  // Some writers state fewer bits than their entries use.
  const whitest = isOverstated ? 2 ** used - 1 : Math.max(highest, 2 ** bits - 1);
  return { firstMapped, values, whitest, isOverstated, isShort: present < entries };
}

function bitsOf(value: number): number {
  return 32 - Math.clz32(value);
}

export function lookUp(table: LookupTable, input: number): number {
  const index = Math.round(input) - table.firstMapped;
  return table.values[Math.min(Math.max(index, 0), table.values.length - 1)] ?? 0;
}

import type { DataSet, Element } from 'dicom-parser';
import { readUnknownItems } from './unknown-items.ts';
import { decodeText, type CharacterSet } from './decode-text.ts';

/** The bytes of a value, as many as the file holds, or null where it is absent. */
export function bytesOf(dataSet: DataSet, tag: string): Buffer | null {
  const element = dataSet.elements[tag];
  if (element === undefined || element.length === 0 || element.items !== undefined) return null;
  const bytes = Buffer.from(
    dataSet.byteArray.buffer,
    dataSet.byteArray.byteOffset,
    dataSet.byteArray.byteLength,
  );
  return bytes.subarray(element.dataOffset, element.dataOffset + element.length);
}

/** The first value of an ASCII attribute without padding, or null where it is absent or empty. */
export function stringOf(dataSet: DataSet, tag: string): string | null {
  const value = bytesOf(dataSet, tag)?.subarray(0, 1024).toString('latin1') ?? '';
  return clean(value.split('\\')[0] ?? '', 64);
}

/** All values of an ASCII attribute, without padding, including empty ones. */
export function valuesOf(dataSet: DataSet, tag: string): readonly string[] {
  const value = bytesOf(dataSet, tag)?.subarray(0, 1024).toString('latin1') ?? '';
  return value.split('\\').map((part) => clean(part, 64) ?? '');
}

/** The first value of a free-text attribute, in the data set's character set. */
export function textOf(dataSet: DataSet, tag: string, characterSet: CharacterSet): string | null {
  const bytes = bytesOf(dataSet, tag)?.subarray(0, 4096);
  if (bytes === undefined) return null;
  return clean(decodeText(bytes, characterSet).split('\\')[0] ?? '', 256);
}

/**
 * One value of a DS or IS attribute, the first by default; null where it is absent or not a finite number. A comma, which
 * consoles of some countries write, counts as the decimal point.
 */
export function decimalOf(dataSet: DataSet, tag: string, index = 0): number | null {
  const text = valuesOf(dataSet, tag)[index]?.replace(',', '.');
  if (text === undefined || !/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) return null;
  const value = Number(text);
  return Number.isFinite(value) ? value : null;
}

/** The first value of a US attribute, even where a non-conformant writer stored it as text. */
export function unsignedOf(dataSet: DataSet, tag: string): number | null {
  const element = dataSet.elements[tag];
  if (element?.vr === 'IS' || element?.vr === 'DS') return decimalOf(dataSet, tag);
  if (element === undefined || (bytesOf(dataSet, tag)?.length ?? 0) < 2) return null;
  return dataSet.uint16(tag) ?? null;
}

/** Whether any value of a DS attribute is written with a decimal comma. */
export function hasDecimalComma(dataSet: DataSet, tag: string): boolean {
  return valuesOf(dataSet, tag).some((text) => text.includes(','));
}

/** One item of a sequence, the first by default. */
export function itemOf(dataSet: DataSet, tag: string, index = 0): DataSet | null {
  return itemsOf(dataSet, tag)[index]?.dataSet ?? null;
}

/** The items of a sequence, also where it is stored as UN (PS3.5 6.2.2). */
function itemsOf(dataSet: DataSet, tag: string): readonly Element[] {
  const element: Element | undefined = dataSet.elements[tag];
  if (element?.items !== undefined) return element.items;
  return element?.vr === 'UN' ? readUnknownItems(dataSet, element) : [];
}

function clean(text: string, maxLength: number): string | null {
  const printable = text.replace(/[\p{Cc}\p{Cf}]/gu, '').trim();
  return printable === '' ? null : printable.slice(0, maxLength);
}

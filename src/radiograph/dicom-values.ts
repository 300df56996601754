import type { DataSet, Element } from 'dicom-parser';

/** WHATWG encodings of the DICOM character sets (PS3.3 C.12.1.1.2) that a code extension may switch to. */
const ENCODINGS: Readonly<Record<string, string>> = {
  'ISO_IR 100': 'windows-1252',
  'ISO_IR 101': 'iso-8859-2',
  'ISO_IR 109': 'iso-8859-3',
  'ISO_IR 110': 'iso-8859-4',
  'ISO_IR 144': 'iso-8859-5',
  'ISO_IR 127': 'iso-8859-6',
  'ISO_IR 126': 'iso-8859-7',
  'ISO_IR 138': 'iso-8859-8',
  'ISO_IR 148': 'windows-1254',
  'ISO_IR 203': 'iso-8859-15',
  'ISO_IR 13': 'shift_jis',
  'ISO_IR 166': 'windows-874',
  'ISO_IR 192': 'utf-8',
  GB18030: 'gb18030',
  GBK: 'gbk',
  'ISO_IR 87': 'iso-2022-jp',
  'ISO_IR 149': 'euc-kr',
  'ISO_IR 58': 'gb2312',
};

/** The bytes of a value as far as the file holds them, or null where there is none. */
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

/** The first value of a free-text attribute, decoded by the data set's character set. */
export function textOf(dataSet: DataSet, tag: string, encoding: string): string | null {
  const bytes = bytesOf(dataSet, tag)?.subarray(0, 4096);
  if (bytes === undefined) return null;
  const decoded = new TextDecoder(encoding).decode(
    encoding === 'iso-2022-jp' ? bytes : withoutEscapes(bytes),
  );
  return clean(decoded.split('\\')[0] ?? '', 256);
}

/** The encoding of a data set's text, from Specific Character Set (0008,0005); the last one it names extends it. */
export function textEncodingOf(dataSet: DataSet): string {
  const names = (bytesOf(dataSet, 'x00080005')?.subarray(0, 256).toString('latin1') ?? '')
    .split('\\')
    .map((name) => name.replace(/\0/g, '').trim().replace('ISO 2022 IR', 'ISO_IR'));
  const known = names.map((name) => ENCODINGS[name]).filter((name) => name !== undefined);
  return known.at(-1) ?? 'utf-8';
}

/** The first value of a DS or IS attribute, or null where it is absent or no finite number. */
export function decimalOf(dataSet: DataSet, tag: string): number | null {
  const text = stringOf(dataSet, tag);
  if (text === null || !/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) return null;
  const value = Number(text);
  return Number.isFinite(value) ? value : null;
}

/** The first value of a US attribute, also where a careless writer stored it as text. */
export function unsignedOf(dataSet: DataSet, tag: string): number | null {
  const element = dataSet.elements[tag];
  if (element?.vr === 'IS' || element?.vr === 'DS') return decimalOf(dataSet, tag);
  if (element === undefined || (bytesOf(dataSet, tag)?.length ?? 0) < 2) return null;
  return dataSet.uint16(tag) ?? null;
}

/** The first item of a sequence. */
export function itemOf(dataSet: DataSet, tag: string): DataSet | null {
  const element: Element | undefined = dataSet.elements[tag];
  return element?.items?.[0]?.dataSet ?? null;
}

/** ISO 2022 announces a code table; euc-kr and gb2312 take the bytes as they are. */
function withoutEscapes(bytes: Buffer): Buffer {
  const text = bytes.toString('latin1').replace(/\x1b[\x20-\x2f]+[\x30-\x7e]/g, '');
  return Buffer.from(text, 'latin1');
}

function clean(text: string, maxLength: number): string | null {
  const printable = text.replace(/[\p{Cc}\p{Cf}]/gu, '').trim();
  return printable === '' ? null : printable.slice(0, maxLength);
}

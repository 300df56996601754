/** How the text of a data set is encoded, from its Specific Character Set (0008,0005). */
export interface CharacterSet {
  /** WHATWG encoding of bytes from 0x80 before any escape sequence; null: not stated. */
  readonly initial: string | null;
  /** Whether escape sequences switch code tables (ISO 2022, PS3.3 C.12.1.1.2). */
  readonly switches: boolean;
}

/** WHATWG encodings of the DICOM character sets. Japanese: Shift JIS unless an escape sequence selects another. */
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
  'ISO_IR 87': 'shift_jis',
  'ISO_IR 159': 'shift_jis',
  'ISO_IR 166': 'windows-874',
  'ISO_IR 149': 'euc-kr',
  'ISO_IR 58': 'gb2312',
  'ISO_IR 192': 'utf-8',
  GB18030: 'gb18030',
  GBK: 'gbk',
};

/** Code tables of the upper half, by the escape sequence that selects them (PS3.3 table C.12-3 and C.12-4). */
const UPPER_TABLES: Readonly<Record<string, string>> = {
  '-A': 'windows-1252',
  '-B': 'iso-8859-2',
  '-C': 'iso-8859-3',
  '-D': 'iso-8859-4',
  '-L': 'iso-8859-5',
  '-G': 'iso-8859-6',
  '-F': 'iso-8859-7',
  '-H': 'iso-8859-8',
  '-M': 'windows-1254',
  '-b': 'iso-8859-15',
  '-T': 'windows-874',
  ')I': 'shift_jis',
  '$)C': 'euc-kr',
  '$)A': 'gb2312',
};

/** Two-byte tables of the lower half, which EUC-JP encodes in the upper half. */
const LOWER_TABLES: Readonly<Record<string, readonly number[]>> = { $B: [], '$@': [], '$(D': [0x8f] };

const ESCAPE = /\x1b([\x20-\x2f]+[\x30-\x7e])/y;
const WHOLE_TEXT = new Set(['utf-8', 'gb18030', 'gbk']);

/** The text encoding stated by the values of Specific Character Set; unknown values are ignored. */
export function characterSetOf(values: readonly string[]): CharacterSet {
  const known = values
    .map((value) => ENCODINGS[value.trim().replace('ISO 2022 IR', 'ISO_IR')])
    .filter((encoding) => encoding !== undefined);
  const [initial = null] = known;
  return { initial, switches: initial === null || !WHOLE_TEXT.has(initial) };
}

/**
 * Decodes text in a data set's character set. Where none is stated: UTF-8 if valid, else Korean, since exports of
 * Korean consoles often omit the attribute. Invalid bytes become U+FFFD.
 */
export function decodeText(bytes: Buffer, { initial, switches }: CharacterSet): string {
  const upper = initial ?? (isUtf8(bytes) ? 'utf-8' : 'euc-kr');
  return switches && bytes.includes(0x1b) ? decodeSwitching(bytes, upper) : decode(bytes, upper);
}

/** Every value starts with the initial tables (PS3.5 6.1.2.5.3). */
function decodeSwitching(bytes: Buffer, initial: string): string {
  const text = bytes.toString('latin1');
  let upper = initial;
  let lower: readonly number[] | null = null;
  let decoded = '';
  let from = 0;
  const flush = (to: number): void => {
    const run = bytes.subarray(from, to);
    decoded += lower === null ? decode(run, upper) : decode(toEucJp(run, lower), 'euc-jp');
  };
  for (let at = 0; at < text.length; at += 1) {
    ESCAPE.lastIndex = at;
    const [whole = '', called = ''] = (text[at] === '\x1b' ? ESCAPE.exec(text) : null) ?? [];
    const isDelimiter = lower === null && /[\\\r\n\f]/.test(text[at] ?? '');
    if (whole === '' && !isDelimiter) continue;
    flush(at);
    if (isDelimiter) decoded += text[at] ?? '';
    if (called.startsWith('-') || called.includes(')')) upper = UPPER_TABLES[called] ?? upper;
    else lower = LOWER_TABLES[called] ?? null;
    if (isDelimiter) upper = initial;
    at += Math.max(whole.length - 1, 0);
    from = at + 1;
  }
  flush(text.length);
  return decoded;
}

function toEucJp(run: Buffer, prefix: readonly number[]): Buffer {
  const pairs: number[] = [];
  for (let at = 0; at + 1 < run.length; at += 2) {
    pairs.push(...prefix, (run[at] ?? 0) | 0x80, (run[at + 1] ?? 0) | 0x80);
  }
  return Buffer.from(pairs);
}

function decode(bytes: Buffer, encoding: string): string {
  return new TextDecoder(encoding).decode(bytes);
}

function isUtf8(bytes: Buffer): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

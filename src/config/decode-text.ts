import { isUtf8 } from 'node:buffer';

/** The text of a file in UTF-8, or the first line that is in another encoding, counted from 1. */
export function decodeText(bytes: Buffer): { readonly text: string } | { readonly foreignLine: number } {
  if (isUtf8(bytes)) return { text: bytes.toString('utf8') };
  for (let line = 1, start = 0; ; line += 1) {
    const end = bytes.indexOf(0x0a, start);
    if (end === -1 || !isUtf8(bytes.subarray(start, end))) return { foreignLine: line };
    start = end + 1;
  }
}

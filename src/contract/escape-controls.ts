/** Control characters but line feed and tab, and marks that reorder text: C0, DEL, C1, bidi, line separators. */
const UNSAFE = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069]/gu;
/** Those that `JSON.stringify` leaves as they are. */
const UNSAFE_IN_JSON = /[\u007F-\u009F\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069]/gu;

/**
 * Text that changes nothing on a terminal but its own characters: what moves the cursor, sets colours or reverses the
 * direction is printed as `\x1b` or `\u202e`. Line feeds and tabs stay.
 */
export function escapeControls(text: string): string {
  return text.replaceAll(UNSAFE, escapeOne);
}

/** As `escapeControls`, for a name within a line: line feeds and tabs too. */
export function escapeName(name: string): string {
  return escapeControls(name).replaceAll('\n', '\\n').replaceAll('\t', '\\t');
}

/** The same JSON value without a character that a terminal acts on. */
export function escapeJson(json: string): string {
  return json.replaceAll(UNSAFE_IN_JSON, (mark) => `\\u${hexOf(mark, 4)}`);
}

function escapeOne(mark: string): string {
  return mark > '\u00FF' ? `\\u${hexOf(mark, 4)}` : `\\x${hexOf(mark, 2)}`;
}

function hexOf(mark: string, digits: number): string {
  return (mark.codePointAt(0) ?? 0).toString(16).padStart(digits, '0');
}

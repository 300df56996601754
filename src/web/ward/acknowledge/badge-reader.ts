const MAX_GAP_MS = 80;
const MIN_LENGTH = 4;
const MAX_LENGTH = 64;

export interface Keystroke {
  readonly key: string;
  /** The place on the keyboard, such as `Digit7`: it identifies the key under any input method. */
  readonly code: string;
  readonly shiftKey: boolean;
  readonly at: number;
}

/**
 * Distinguishes a badge scanner, which types faster than any person and ends the code with Enter or Tab. Returns
 * the code with the key that ended it, null for any other key.
 */
export function createBadgeReader(): (stroke: Keystroke) => string | null {
  let typed = '';
  let lastAt = Number.NEGATIVE_INFINITY;

  return function read({ key, code, shiftKey, at }) {
    if (at - lastAt > MAX_GAP_MS) typed = '';
    if (key === 'Shift') return null;
    lastAt = at;
    if (key === 'Enter' || key === 'Tab') {
      const badge = typed;
      typed = '';
      return badge.length >= MIN_LENGTH && badge.length <= MAX_LENGTH ? badge : null;
    }
    typed += characterOf(key, code, shiftKey);
    return null;
  };
}

/** With a Korean input method on, letters arrive as unfinished syllables, so the key's place on the keyboard is used. */
function characterOf(key: string, code: string, shiftKey: boolean): string {
  if (/^[\x21-\x7e]$/.test(key)) return key;
  const letter = /^Key([A-Z])$/.exec(code)?.[1];
  if (letter !== undefined) return shiftKey ? letter : letter.toLowerCase();
  return /^(?:Digit|Numpad)(\d)$/.exec(code)?.[1] ?? '';
}

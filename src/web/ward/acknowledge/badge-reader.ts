const MAX_GAP_MS = 80;
const MIN_LENGTH = 4;
const MAX_LENGTH = 64;

export interface Keystroke {
  readonly key: string;
  /** The place on the keyboard, such as `Digit7`: what a reader pressed whatever input method is on. */
  readonly code: string;
  readonly shiftKey: boolean;
  readonly at: number;
}

/**
 * Tells a badge scanner from a person: it types a code faster than anyone can and ends it with Enter or Tab. Returns
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

/** With a Korean input method on, letters come as unfinished syllables: then the place of the key counts. */
function characterOf(key: string, code: string, shiftKey: boolean): string {
  if (/^[\x21-\x7e]$/.test(key)) return key;
  const letter = /^Key([A-Z])$/.exec(code)?.[1];
  if (letter !== undefined) return shiftKey ? letter : letter.toLowerCase();
  return /^(?:Digit|Numpad)(\d)$/.exec(code)?.[1] ?? '';
}

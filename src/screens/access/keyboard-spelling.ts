/** The keys of a Korean keyboard (KS X 5002) for the letters of a syllable, in the order of Unicode. */
const INITIALS = 'r R s e E f a q Q t T d w W c z x v g'.split(' ');
const VOWELS = 'k o i O j p u P h hk ho hl y n nj np nl b m ml l'.split(' ');
const FINALS = ' r R rt s sw sg e f fr fa fq ft fx fv fg a q qt t T d w c z x v g'.split(' ');

const FIRST_SYLLABLE = 0xac00;
const LAST_SYLLABLE = 0xd7a3;

/** A text as it is typed on a Korean keyboard that is set to Latin letters: `간호사` is `rksghtk`. */
export function keyboardSpelling(text: string): string {
  return Array.from(text.normalize('NFC'), keysOf).join('');
}

function keysOf(letter: string): string {
  const code = letter.codePointAt(0) ?? 0;
  if (code < FIRST_SYLLABLE || code > LAST_SYLLABLE) return letter;
  const index = code - FIRST_SYLLABLE;
  const final = index % FINALS.length;
  const rest = (index - final) / FINALS.length;
  const vowel = rest % VOWELS.length;
  const initial = (rest - vowel) / VOWELS.length;
  return [INITIALS[initial], VOWELS[vowel], FINALS[final]].join('');
}

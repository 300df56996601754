import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { glyphsOf } from '../../support/glyphs-of.ts';

const PAGES = new URL('../../../src/web/', import.meta.url);
const PLAIN_WORDS = new URL('../../../src/screens/plain-words.ts', import.meta.url);

function charactersOf(name: string): ReadonlySet<number> {
  return glyphsOf(readFileSync(new URL(`shared/fonts/${name}.woff2`, PAGES)));
}

/** The sources of the pages without their comments. */
function wordsOfPages(): string {
  const files = globSync('**/*.{ts,tsx,html}', { cwd: PAGES.pathname });
  return [PLAIN_WORDS, ...files.map((file) => new URL(file, PAGES))]
    .map((file) => readFileSync(file, 'utf8'))
    .map((source) => source.replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, ''))
    .join('');
}

describe('the fonts of the pages', () => {
  it('the first font contains every character of the pages', () => {
    const drawn = charactersOf('bonewatch-sans');

    const missing = [...new Set(wordsOfPages())].filter(
      (character) => character >= ' ' && !drawn.has(character.codePointAt(0) ?? 0),
    );

    expect(missing.join('')).toBe('');
  });

  it('the fonts together contain every common Korean syllable, for names of wards and people', () => {
    const drawn = new Set([...charactersOf('bonewatch-sans'), ...charactersOf('bonewatch-sans-hangul')]);
    const decoder = new TextDecoder('euc-kr');
    const common = Array.from({ length: 25 * 94 }, (_, index) =>
      decoder.decode(Uint8Array.of(0xb0 + Math.floor(index / 94), 0xa1 + (index % 94))),
    );

    expect(common.filter((syllable) => !drawn.has(syllable.codePointAt(0) ?? 0))).toEqual([]);
  });
});

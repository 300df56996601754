import { describe, expect, it } from 'vitest';
import { characterSetOf, decodeText } from '../../../src/radiograph/dicom/decode-text.ts';

function decoded(characterSet: string, bytes: readonly number[] | string): string {
  const buffer = typeof bytes === 'string' ? Buffer.from(bytes) : Buffer.from(bytes);
  return decodeText(buffer, characterSetOf(characterSet.split('\\')));
}

const ESC = 0x1b;
/** ESC $ ) C, then 손목 in KS X 1001. */
const WRIST_KOREAN = [ESC, 0x24, 0x29, 0x43, 0xbc, 0xd5, 0xb8, 0xf1];
/** 手首 in JIS X 0208, between ESC $ B and ESC ( B. */
const WRIST_KANJI = [ESC, 0x24, 0x42, 0x3c, 0x6a, 0x3c, 0x73, ESC, 0x28, 0x42];

describe('the text of a header', () => {
  it.each([
    ['Latin', 'ISO_IR 100', [0x48, 0xfc, 0x66, 0x74, 0x65], 'Hüfte'],
    ['Cyrillic', 'ISO_IR 144', [0xda, 0xd8, 0xe1, 0xe2, 0xec], 'кисть'],
    ['Greek', 'ISO_IR 126', [0xe3, 0xef, 0xed, 0xdc, 0xf4, 0xef], 'γονάτο'],
    ['UTF-8', 'ISO_IR 192', '손목 Wrist', '손목 Wrist'],
    ['GB18030', 'GB18030', [0xca, 0xd6, 0xcd, 0xf3], '手腕'],
    ['GBK', 'GBK', [0xca, 0xd6, 0xcd, 0xf3], '手腕'],
    ['half-width Katakana', 'ISO_IR 13', [0xcc, 0xaf, 0xc4], 'ﾌｯﾄ'],
    ['Korean', '\\ISO 2022 IR 149', WRIST_KOREAN, '손목'],
    ['Korean as the first character set', 'ISO 2022 IR 149', WRIST_KOREAN, '손목'],
    ['Korean without its escape sequence', '\\ISO 2022 IR 149', WRIST_KOREAN.slice(4), '손목'],
    ['Korean together with Latin', 'ISO 2022 IR 100\\ISO 2022 IR 149', [0xfc, ...WRIST_KOREAN], 'ü손목'],
    ['Japanese', '\\ISO 2022 IR 87', [...WRIST_KANJI, 0x20, 0x52], '手首 R'],
    ['Japanese with Katakana', 'ISO 2022 IR 13\\ISO 2022 IR 87', [0xcc, ...WRIST_KANJI, 0xc4], 'ﾌ手首ﾄ'],
    ['supplementary Japanese', '\\ISO 2022 IR 159', [ESC, 0x24, 0x28, 0x44, 0x30, 0x21], '丂'],
    ['Chinese', '\\ISO 2022 IR 58', [ESC, 0x24, 0x29, 0x41, 0xca, 0xd6], '手'],
  ])('is read in %s', (_, characterSet, bytes, expected) => {
    expect(decoded(characterSet, bytes)).toBe(expected);
  });

  it('resets its code tables for every value', () => {
    const bytes = [...WRIST_KOREAN, 0x5c, 0xfc];

    expect(decoded('ISO 2022 IR 100\\ISO 2022 IR 149', bytes)).toBe('손목\\ü');
  });

  it('preserves a backslash byte that is half of a Kanji', () => {
    const bytes = [ESC, 0x24, 0x42, 0x30, 0x5c, ESC, 0x28, 0x42];

    expect(decoded('\\ISO 2022 IR 87', bytes)).toBe('移');
  });

  it('is Korean where no character set is stated and it cannot be UTF-8', () => {
    expect(decoded('', [0xbc, 0xd5, 0xb8, 0xf1])).toBe('손목');
    expect(decoded('', '손목')).toBe('손목');
  });

  it('is decoded despite an unknown character set or a truncated escape sequence', () => {
    expect(decoded('ISO_IR 999', 'Wrist')).toBe('Wrist');
    expect(decoded('\\ISO 2022 IR 87', [0x41, ESC, 0x24])).toContain('A');
    expect(decoded('\\ISO 2022 IR 87', [ESC, 0x24, 0x42, 0x3c])).toBe('');
  });
});

import { describe, expect, it } from 'vitest';
import { createBadgeReader } from '../../../../src/web/ward/acknowledge/badge-reader.ts';

/** Types a text with this many milliseconds between the keys, and Enter at its end. */
function type(text: string, gapMs: number, end = 'Enter'): string | null {
  const read = createBadgeReader();
  const keys = Array.from(text, (key) => ({ key, code: '' }));
  return keys
    .concat({ key: end, code: end })
    .map(({ key, code }, index) => read({ key, code, shiftKey: false, at: 1_000 + index * gapMs }))
    .reduce((found, badge) => found ?? badge, null);
}

describe('the reader of badges', () => {
  it.each(['Enter', 'Tab'])('knows a badge by its speed, ended with %s', (end) => {
    expect(type('A0012345', 12, end)).toBe('A0012345');
  });

  it('does not mistake a person who types for a badge', () => {
    expect(type('A0012345', 120)).toBeNull();
    expect(type('12', 10)).toBeNull();
  });

  it('reads the same badge while a Korean input method is on', () => {
    const read = createBadgeReader();
    const strokes = ['KeyA', 'Digit1', 'Numpad2', 'KeyB'].map((code) => ({ key: 'Process', code }));

    for (const [index, stroke] of strokes.entries())
      read({ ...stroke, shiftKey: index === 0, at: index * 10 });

    expect(read({ key: 'Enter', code: 'Enter', shiftKey: false, at: 40 })).toBe('A12b');
  });

  it('starts again with each badge', () => {
    const read = createBadgeReader();
    const scan = (text: string, from: number): string | null => {
      for (const [index, key] of Array.from(text).entries())
        read({ key, code: '', shiftKey: false, at: from + index * 10 });
      return read({ key: 'Enter', code: 'Enter', shiftKey: false, at: from + text.length * 10 });
    };

    expect([scan('1111', 0), scan('2222', 1_000)]).toEqual(['1111', '2222']);
  });
});

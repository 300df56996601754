import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

type Tokens = Readonly<Record<string, string>>;

const css = readFileSync(new URL('../../../src/web/shared/tokens.css', import.meta.url), 'utf8');
const day = tokensOf(/:root\s*\{([^}]*)\}/);
const night = { ...day, ...tokensOf(/\[data-light='night'\]\s*\{([^}]*)\}/) };

function tokensOf(block: RegExp): Tokens {
  const body = block.exec(css)?.[1] ?? '';
  return Object.fromEntries(
    [...body.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6});/g)].map(([, name = '', value = '']) => [name, value]),
  );
}

/** Relative luminance and contrast ratio, WCAG 2.2. */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(tokens: Tokens, [front, back]: readonly [string, string]): number {
  const [light = 0, dark = 0] = [front, back]
    .map((name) => luminance(tokens[name] ?? '#000000'))
    .toSorted((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

/** Front, back, minimum contrast by day, minimum contrast by night. */
const PAIRS: readonly (readonly [string, string, number, number])[] = [
  ['ink', 'background', 7, 7],
  ['ink', 'raised', 7, 7],
  ['ink-2', 'background', 7, 4.5],
  ['ink-2', 'raised', 7, 4.5],
  ['ink-2', 'void', 7, 4.5],
  ['ink-3', 'background', 4.5, 4.5],
  ['edge', 'background', 3, 3],
  ['edge', 'raised', 3, 3],
  ['bone', 'background', 7, 7],
  ['on-bone', 'bone', 7, 7],
  ['high', 'background', 4.5, 4.5],
  ['on-priority', 'high', 4.5, 4.5],
  ['high', 'high-off', 3, 3],
  ['on-high-day', 'high-day', 4.5, 4.5],
  ['high-day', 'high-day-off', 3, 3],
  ['high-day', 'background', 4.5, 4.5],
  ['background', 'ink', 7, 7],
  ['medium', 'background', 7, 7],
  ['on-priority', 'medium', 7, 4.5],
  ['medium', 'medium-off', 3, 3],
  ['low', 'background', 7, 4.5],
  ['low', 'raised', 7, 4.5],
  ['paper-ink', 'paper', 7, 4.5],
  ['paper-ink-2', 'paper', 7, 4.5],
  ['paper', 'paper-ink', 7, 4.5],
  ['paper', 'background', 7, 4.5],
];

describe('the colours of the pages have enough contrast', () => {
  it.each(PAIRS)('%s on %s has enough contrast by day', (front, back, min) => {
    expect(day).toHaveProperty(front);
    expect(day).toHaveProperty(back);
    expect(contrast(day, [front, back])).toBeGreaterThanOrEqual(min);
  });

  it.each(PAIRS)('%s on %s has enough contrast by night', (front, back, _minByDay, min) => {
    expect(contrast(night, [front, back])).toBeGreaterThanOrEqual(min);
  });

  it('text at night has less than two fifths of the luminance by day', () => {
    expect(luminance(night['ink'] ?? '') / luminance(day['ink'] ?? '')).toBeLessThan(0.4);
  });
});

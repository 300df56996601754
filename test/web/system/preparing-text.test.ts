import { expect, it } from 'vitest';
import { preparingText } from '../../../src/web/system/preparing-text.ts';
import { systemWords } from '../../../src/web/i18n/system/words.ts';

const MINUTE = 60_000;

it.each([
  ['ko', { elapsedMs: 3.5 * MINUTE, usualMs: 8 * MINUTE }, '가속기 준비 중 (약 8분 중 3분)'],
  ['en', { elapsedMs: 3.5 * MINUTE, usualMs: 8 * MINUTE }, 'preparing the accelerator, 3 of about 8 min'],
  ['ko', { elapsedMs: 3.5 * MINUTE, usualMs: null }, '가속기 준비 중 (3분째)'],
  ['en', { elapsedMs: 9 * MINUTE, usualMs: 8 * MINUTE }, 'preparing the accelerator, 9 min'],
] as const)(
  'the system page states in %s how far the preparation of the accelerator is',
  (language, build, line) => {
    expect(preparingText(build, systemWords[language])).toBe(line);
  },
);

import { en } from './en.ts';
import { ko } from './ko.ts';
import type { Words } from './words.ts';

/** The words of a language. */
export function wordsFor(language: 'ko' | 'en'): Words {
  return language === 'ko' ? ko : en;
}

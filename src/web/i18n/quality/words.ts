import type { Translations } from '../words-for.ts';
import type { QualityWords } from './en.ts';
import { en } from './en.ts';
import { ko } from './ko.ts';

/** The texts of the quality page alone. */
export const qualityWords: Translations<QualityWords> = { en, ko };

import type { Translations } from '../words-for.ts';
import type { WardWords } from './en.ts';
import { en } from './en.ts';
import { ko } from './ko.ts';

/** Every text of the ward display. */
export const wardWords: Translations<WardWords> = { en, ko };

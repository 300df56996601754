import type { Translations } from '../words-for.ts';
import type { SystemWords } from './en.ts';
import { en } from './en.ts';
import { ko } from './ko.ts';

/** The texts of the system page alone. */
export const systemWords: Translations<SystemWords> = { en, ko };

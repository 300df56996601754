import type { Translations } from '../words-for.ts';
import type { AccountWords } from './en.ts';
import { en } from './en.ts';
import { ko } from './ko.ts';

/** Every text of the sign-in, the pairing and the account page. */
export const accountWords: Translations<AccountWords> = { en, ko };

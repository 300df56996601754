import type { Translations } from '../words-for.ts';
import type { ConsoleWords } from './en.ts';
import { en } from './en.ts';
import { ko } from './ko.ts';

/** The texts of the console; the quality and the system page share them. */
export const consoleWords: Translations<ConsoleWords> = { en, ko };

/** A shortcut of the console. */
export type KeyName = keyof ConsoleWords['keys'];

import { BonewatchError } from '../../contract/errors.ts';
import { HOSPITAL_WORDS, KOREAN_WORDS } from './common-words.ts';
import { keyboardSpelling } from './keyboard-spelling.ts';

const MIN_LENGTH = 10;
const MAX_LENGTH = 200;
/** Characters besides the names of the user and the hospital. */
const MIN_OWN_LENGTH = 8;
const SEPARATORS = /[\s.'’()-]+/g;
/** A guesser who knows common passwords, words, names, dates and keyboard patterns needs this many attempts. */
const MIN_GUESSES = 1e8;
/** The estimate takes longer for longer passwords, and this much of one decides. */
const ESTIMATED_LENGTH = 60;

/** What a guesser knows about a password besides common ones. */
export interface PasswordSurroundings {
  /** Name of the user. */
  readonly name: string;
  /** Names of the hospital. */
  readonly site: { readonly id: string; readonly name: string };
}

/**
 * Throws USER_INVALID for a password that is too short, too long, common or easily guessed, also in the letters that a
 * Korean word gives on a Latin keyboard.
 */
export async function checkPassword(password: string, { name, site }: PasswordSurroundings): Promise<void> {
  const text = password.normalize('NFKC');
  if (text.length < MIN_LENGTH || text.length > MAX_LENGTH)
    throw new BonewatchError('USER_INVALID', `A password has ${MIN_LENGTH} to ${MAX_LENGTH} characters.`);
  const known = bothSpellings(partsOf([name, site.id, site.name]));
  const estimate = await (estimator ??= loadEstimator());
  const isNameIncluded = text.toLowerCase().includes(name.normalize('NFKC').toLowerCase());
  const isGuessed = estimate(text.slice(0, ESTIMATED_LENGTH), known) < MIN_GUESSES;
  if (new Set(text).size < 5 || isNameIncluded || isGuessed || lengthWithout(text, known) < MIN_OWN_LENGTH)
    throw new BonewatchError('USER_INVALID', 'That password is common or too easily guessed.');
}

/** Names, also without their spaces, and the parts of them that have at least two letters. */
function partsOf(names: readonly string[]): string[] {
  return names
    .flatMap((name) => [name, name.replaceAll(SEPARATORS, ''), ...name.split(SEPARATORS)])
    .filter((part) => part.length > 1);
}

/** How many characters a password has without the names that everybody knows. */
function lengthWithout(password: string, known: readonly string[]): number {
  const longestFirst = known.toSorted((a, b) => b.length - a.length);
  return longestFirst.reduce((rest, name) => rest.replaceAll(name, ''), password.toLowerCase()).length;
}

type Estimate = (password: string, known: string[]) => number;

let estimator: Promise<Estimate> | null = null;

/** The lists need 10 MB of memory, so they are loaded with the first new password. */
async function loadEstimator(): Promise<Estimate> {
  const { ZxcvbnFactory } = await import('@zxcvbn-ts/core');
  const { dictionary, adjacencyGraphs } = await import('@zxcvbn-ts/language-common');
  const zxcvbn = new ZxcvbnFactory({
    dictionary: { ...dictionary, korean: bothSpellings(KOREAN_WORDS), hospital: [...HOSPITAL_WORDS] },
    graphs: adjacencyGraphs,
  });
  return (password, known) => zxcvbn.check(password, known).guesses;
}

function bothSpellings(words: readonly string[]): string[] {
  const written = words.filter((word) => word !== '').map((word) => word.normalize('NFKC').toLowerCase());
  return [...new Set([...written, ...written.map((word) => keyboardSpelling(word).toLowerCase())])];
}

import type { BodyPart } from '../../../contract/radiograph.ts';
import type { WordsOf } from '../words-for.ts';

const SIDES = { L: 'left', R: 'right', B: 'both' };
const UNKNOWN = 'body part unknown';
/** Parts of the body that have no left and right. */
const SINGLE: readonly string[] = ['chest', 'spine', 'pelvis', 'skull', 'abdomen'];

/** The texts that all pages share, in English. */
export const en = {
  language: 'en',
  /** Name of the other language, in that language. */
  otherLanguage: '한국어',
  locale: 'en-GB',
  notForDiagnosis: 'Not for diagnosis · decision support',
  account: 'My account',
  /** Hardly anything could be seen of the picture as its file describes it. */
  pictureUncertain: 'Picture quality uncertain',
  bodyPart: {
    hand: 'hand',
    wrist: 'wrist',
    forearm: 'forearm',
    elbow: 'elbow',
    'upper-arm': 'upper arm',
    shoulder: 'shoulder',
    collarbone: 'collarbone',
    ribs: 'ribs',
    chest: 'chest',
    spine: 'spine',
    pelvis: 'pelvis',
    hip: 'hip',
    thigh: 'thigh',
    knee: 'knee',
    'lower-leg': 'lower leg',
    ankle: 'ankle',
    foot: 'foot',
    skull: 'skull',
    abdomen: 'abdomen',
  } satisfies Record<BodyPart, string>,
  unknownBodyPart: UNKNOWN,
  part: (laterality: 'L' | 'R' | 'B' | null, bodyPart: string) => upperFirst(partText(laterality, bodyPart)),
} as const;

export type SharedWords = WordsOf<typeof en>;

function partText(laterality: 'L' | 'R' | 'B' | null, bodyPart: string): string {
  if (laterality === null) return bodyPart;
  if (bodyPart === UNKNOWN)
    return `${SIDES[laterality]} ${laterality === 'B' ? 'sides' : 'side'}, ${UNKNOWN}`;
  if (laterality !== 'B') return `${SIDES[laterality]} ${bodyPart}`;
  return SINGLE.includes(bodyPart) ? `${bodyPart}, both sides` : `both ${plural(bodyPart)}`;
}

function plural(bodyPart: string): string {
  if (bodyPart === 'foot') return 'feet';
  return bodyPart.endsWith('s') ? bodyPart : `${bodyPart}s`;
}

function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

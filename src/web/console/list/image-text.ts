import type { ShownImage } from '../../../contract/api/images.ts';
import { BODY_PARTS } from '../../../contract/radiograph.ts';
import { isUnseen } from './image-pages.ts';
import { reasonWords } from '../../i18n/codes/codes.ts';
import type { ConsoleWords } from '../../i18n/console/en.ts';
import { minutesSince } from '../../shared/minutes-since.ts';

/** Which icon stands for the state of an image. */
export type Sign = 'likely' | 'suspected' | 'none' | 'skipped' | 'failed' | 'moving';

/** The texts of one row of the list. */
interface ImageText {
  readonly sign: Sign;
  readonly outcome: string;
  /** At the right of the row: the verdict, or whether the ward has acknowledged the alert. */
  readonly side: string;
  readonly isLate: boolean;
}

/** "왼쪽 손목", or the text for an unknown body part. */
export function partText(image: Pick<ShownImage, 'region' | 'laterality'>, words: ConsoleWords): string {
  const known = BODY_PARTS.find((part) => part === image.region);
  const part = words.part(
    image.laterality,
    known === undefined ? words.unknownBodyPart : words.bodyPart[known],
  );
  return part.charAt(0).toUpperCase() + part.slice(1);
}

/** The texts and the icon that the list shows for an image. */
export function imageText(image: ShownImage, words: ConsoleWords, now: number): ImageText {
  const side = sideText(image, words, now);
  const base = { side, isLate: isUnseen(image) };
  switch (image.status) {
    case 'done':
      return { ...base, ...outcomeText(image, words) };
    case 'not-analysed':
      return {
        ...base,
        sign: 'skipped',
        outcome: `${words.notAnalysed} — ${reasonWords(image.reason, words).short}`,
      };
    case 'failed':
      return {
        ...base,
        sign: 'failed',
        outcome: `${words.failed} — ${reasonWords(image.reason, words).short}`,
      };
    case 'vanished':
      return { ...base, sign: 'failed', outcome: words.vanished };
    case 'duplicate':
      return { ...base, sign: 'skipped', outcome: words.duplicate };
    case 'ready':
      return { ...base, sign: 'moving', outcome: words.waiting };
    case 'discovered':
    case 'settling':
      return { ...base, sign: 'moving', outcome: words.settling };
    default:
      return { ...base, sign: 'moving', outcome: words.reading };
  }
}

function outcomeText(
  { outcome, score }: ShownImage,
  words: ConsoleWords,
): Pick<ImageText, 'sign' | 'outcome'> {
  const number = score === null ? '' : ` ${score.toFixed(2)}`;
  if (outcome === 'fracture-detected') return { sign: 'likely', outcome: `${words.veryLikely}${number}` };
  if (outcome === 'fracture-suspected') return { sign: 'suspected', outcome: `${words.suspected}${number}` };
  return { sign: 'none', outcome: words.noFinding };
}

function sideText(image: ShownImage, words: ConsoleWords, now: number): string {
  const { verdict, alert } = image;
  if (verdict === 'missed') return words.missedMarked;
  if (verdict !== null) return verdict === 'agree' ? words.agreed : words.disagreed;
  if (alert === null) return '';
  if (isUnseen(image)) return words.unseenFor(minutesSince(alert.raisedAt, now));
  if (alert.withdrawnBy !== null) return words.withdrawn;
  return alert.acknowledgedBy === null ? '' : words.seen;
}

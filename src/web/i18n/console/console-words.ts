import type { BodyPart } from '../../../contract/radiograph.ts';
import type { Role } from '../../../store/access/roles.ts';

/** Why an image was not analysed or could not be read: in the list, and in a sentence with what to do. */
export interface ReasonWords {
  readonly short: string;
  readonly long: string;
}

/** Codes that an image may carry instead of an answer. */
export type ImageCode =
  | 'FILE_EMPTY'
  | 'FILE_UNREADABLE'
  | 'FILE_VANISHED'
  | 'FILE_TOO_OLD'
  | 'NOT_AN_IMAGE'
  | 'DICOM_TRUNCATED'
  | 'DICOM_INVALID'
  | 'DICOM_NO_PIXELS'
  | 'TRANSFER_SYNTAX_UNSUPPORTED'
  | 'PIXELS_UNSUPPORTED'
  | 'PIXELS_CORRUPT'
  | 'IMAGE_TOO_LARGE'
  | 'RASTER_TRUNCATED'
  | 'RASTER_INVALID'
  | 'DECODE_TIMEOUT'
  | 'DECODE_CRASHED'
  | 'MODALITY_OUT_OF_SCOPE'
  | 'BODY_PART_OUT_OF_SCOPE'
  | 'AGE_OUT_OF_SCOPE'
  | 'IMAGE_TOO_SMALL'
  | 'IMAGE_BLANK'
  | 'IMAGE_SATURATED'
  | 'IMAGE_FOR_PROCESSING'
  | 'NOT_A_RADIOGRAPH'
  | 'INFERENCE_TIMEOUT'
  | 'INFERENCE_CRASHED'
  | 'INFERENCE_FAILED';

/** Codes of alarms about the device. */
export type AlarmCode =
  | 'INBOX_UNREACHABLE'
  | 'INBOX_EVENTS_LOST'
  | 'STORE_FAILED'
  | 'STORE_REPLACED'
  | 'DISK_LOW'
  | 'DISK_FULL'
  | 'BOARD_HOT'
  | 'BOARD_SLOWED'
  | 'BOARD_OVER_CURRENT'
  | 'MEMORY_LOW'
  | 'ANALYSIS_STOPPED'
  | 'EXECUTION_PROVIDER_UNAVAILABLE'
  | 'BROKER_UNREACHABLE'
  | 'BROKER_UNTRUSTED'
  | 'BROKER_SESSION_TAKEN'
  | 'BROKER_LOGIN_REFUSED'
  | 'BROKER_FORBIDDEN'
  | 'BROKER_QUOTA'
  | 'BROKER_MESSAGE_TOO_LARGE'
  | 'BROKER_REFUSED'
  | 'WARD_NOT_WATCHED';

/** Every sentence of the console, the quality and the system page. One file per language implements it. */
export interface ConsoleWords {
  readonly language: 'ko' | 'en';
  readonly otherLanguage: string;
  readonly locale: string;
  readonly notForDiagnosis: string;
  readonly originalUnchanged: string;
  readonly pages: { readonly images: string; readonly quality: string; readonly system: string };
  readonly signOut: string;
  readonly account: string;
  readonly role: Readonly<Record<Role, string>>;
  readonly thisMachine: string;
  readonly skipToList: string;

  readonly list: string;
  readonly findHint: string;
  readonly findLabel: string;
  readonly tabs: {
    readonly today: string;
    readonly findings: string;
    readonly unseen: string;
    readonly notAnalysed: string;
  };
  readonly tabsLabel: string;
  readonly found: (total: string) => string;
  readonly nothingFound: string;
  readonly noImagesToday: string;
  readonly notUnderstood: (words: string) => string;
  readonly clear: string;
  readonly reading: string;
  readonly waiting: string;
  readonly settling: string;
  readonly newImage: string;
  readonly duplicate: string;
  readonly vanished: string;
  readonly veryLikely: string;
  readonly suspected: string;
  readonly noFinding: string;
  readonly notAnalysed: string;
  readonly failed: string;
  readonly agreed: string;
  readonly disagreed: string;
  readonly missedMarked: string;
  readonly unseenFor: (minutes: number) => string;
  readonly seen: string;
  readonly withdrawn: string;
  readonly part: (laterality: 'L' | 'R' | 'B' | null, part: string) => string;
  readonly bodyPart: Readonly<Record<BodyPart, string>>;
  readonly unknownPart: string;
  readonly notLive: string;
  readonly notLiveDetail: string;

  readonly noPicture: string;
  readonly pictureGone: string;
  readonly opening: string;
  readonly choose: string;
  readonly window: string;
  readonly dragToWindow: string;
  readonly original: string;
  readonly withFindings: string;
  readonly pictureLabel: (part: string) => string;

  readonly findings: (count: number) => string;
  readonly noFindingDetail: string;
  readonly notNoFracture: string;
  readonly confidence: string;
  readonly suspectedMark: string;
  readonly likelyMark: string;
  readonly agree: string;
  readonly disagree: string;
  readonly missed: string;
  readonly rerun: string;
  readonly wardAlert: (ward: string) => string;
  readonly delivered: (time: string) => string;
  readonly shownOn: (displays: number) => string;
  readonly acknowledgedBy: (name: string, time: string) => string;
  readonly withdrawnBy: (name: string) => string;
  readonly noAlert: string;
  readonly timing: (seconds: string) => string;
  readonly receivedAt: (time: string) => string;
  readonly caseNumber: (ref: string) => string;
  readonly saidBy: (what: string, name: string, time: string) => string;

  readonly disagreeWith: (finding: number) => string;
  readonly whyNot: string;
  readonly reasons: Readonly<Record<'vessel' | 'old-fracture' | 'overlap' | 'hardware' | 'other', string>>;
  readonly missedTitle: string;
  readonly drawBox: string;
  readonly boxDrawn: string;
  readonly missedKinds: Readonly<Record<'fracture' | 'possible', string>>;
  readonly record: string;
  readonly cancel: string;
  readonly undo: string;
  readonly recorded: Readonly<Record<'agree' | 'disagree' | 'missed', string>>;
  readonly secondsLeft: (seconds: number) => string;
  readonly verdictEffect: string;
  readonly missedEffect: string;
  readonly notRecorded: string;
  readonly notAllowed: string;

  readonly tryTitle: string;
  readonly tryHint: string;
  readonly tryChoose: string;
  readonly tryWorking: string;
  readonly tryNotKept: string;
  readonly tryFailed: string;
  readonly backToList: string;

  readonly rerunTitle: string;
  readonly rerunHint: string;
  readonly rerunWorking: string;
  readonly rerunSays: (model: string) => string;
  readonly rerunFailed: string;
  readonly noOtherModel: string;
  readonly presentModel: string;

  readonly allKeys: string;
  readonly close: string;
  readonly singleKeys: string;
  readonly keys: Readonly<Record<KeyName, string>>;

  readonly alarm: string;
  readonly alarms: Readonly<Record<AlarmCode, ReasonWords>>;
  readonly moreAlarms: (count: number) => string;
  readonly image: Readonly<Record<ImageCode, ReasonWords>>;
  readonly otherReason: ReasonWords;
}

export type KeyName =
  | 'next'
  | 'unjudged'
  | 'search'
  | 'findings'
  | 'original'
  | 'side'
  | 'invert'
  | 'window'
  | 'reset'
  | 'zoom'
  | 'pan'
  | 'agree'
  | 'disagree'
  | 'missed'
  | 'number'
  | 'confirm'
  | 'undo'
  | 'rerun'
  | 'try'
  | 'go'
  | 'help';

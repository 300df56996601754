/** Why an image was not analysed or what is wrong with the device: in a row, and in a sentence with what to do. */
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

/** The sentences for every code that a page may show. */
export interface CodeWords {
  readonly alarms: Readonly<Record<AlarmCode, ReasonWords>>;
  readonly image: Readonly<Record<ImageCode, ReasonWords>>;
  /** For a code of a later version. */
  readonly otherReason: ReasonWords;
}

/** The sentences for why an image has no result. A code without sentences is shown as it is. */
export function reasonWords(
  code: string | null,
  words: Pick<CodeWords, 'image' | 'otherReason'>,
): ReasonWords {
  const known: Readonly<Record<string, ReasonWords>> = words.image;
  return (
    (code === null ? undefined : known[code]) ?? {
      ...words.otherReason,
      short: code ?? words.otherReason.short,
    }
  );
}

/** The sentences for an alarm about the device. */
export function alarmWords(code: string, words: Pick<CodeWords, 'alarms'>): ReasonWords {
  const known: Readonly<Record<string, ReasonWords>> = words.alarms;
  return known[code] ?? { short: code, long: '' };
}

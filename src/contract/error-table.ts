import { ALARM_ERRORS } from './error-table/alarm-errors.ts';
import {
  ALARM_CONSEQUENCES,
  type AlarmConsequence,
  type AlarmSubject,
  type ErrorEntry,
} from './error-table/error-entry.ts';
import { IMAGE_ERRORS } from './error-table/image-errors.ts';
import { OPERATION_ERRORS } from './error-table/operation-errors.ts';

const ROWS = { ...IMAGE_ERRORS, ...ALARM_ERRORS, ...OPERATION_ERRORS };

/** A code of the error table; never reused for something else. */
export type ErrorCode = keyof typeof ROWS;

/** Codes that an image may carry instead of a result. */
export type ImageErrorCode = {
  [Code in ErrorCode]: (typeof ROWS)[Code] extends { readonly outcome: string } ? Code : never;
}[ErrorCode];

/** Codes that raise a technical alarm; with a subject, only the alarms about that. */
export type AlarmCode<Subject extends AlarmSubject = AlarmSubject> = {
  [Code in keyof typeof ALARM_ERRORS]: (typeof ALARM_ERRORS)[Code]['alarm']['about'] extends Subject
    ? Code
    : never;
}[keyof typeof ALARM_ERRORS];

/** All named failures of the product, with all effects of each code. There is no other list of codes. */
export const ERROR_CODES: Readonly<Record<ErrorCode, ErrorEntry>> = ROWS;

/** All alarm codes, in the order of the table. */
export const ALARM_CODES = Object.keys(ALARM_ERRORS) as AlarmCode[];

/** Compares two alarm codes by consequence, the worst first, then by their place in the table. */
export function compareAlarms(a: AlarmCode, b: AlarmCode): number {
  return rankOf(a) - rankOf(b) || ALARM_CODES.indexOf(a) - ALARM_CODES.indexOf(b);
}

function rankOf(code: AlarmCode): number {
  const { consequence }: { readonly consequence: AlarmConsequence } = ALARM_ERRORS[code].alarm;
  return ALARM_CONSEQUENCES.indexOf(consequence);
}

/** The alarm codes about one kind of thing, in the order of the table. */
export function alarmCodesAbout<Subject extends AlarmSubject>(subject: Subject): AlarmCode<Subject>[] {
  return ALARM_CODES.filter((code): code is AlarmCode<Subject> => ALARM_ERRORS[code].alarm.about === subject);
}

/** Whether a code raises a technical alarm. */
export function isAlarmCode(code: ErrorCode): code is AlarmCode {
  return Object.hasOwn(ALARM_ERRORS, code);
}

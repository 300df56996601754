import type { BodyPart } from '../../../contract/radiograph.ts';
import type { Priority, WithdrawReason } from '../../../contract/alert.ts';

/** Every sentence of the pages. One file per language implements it; a test fails when one lacks a key. */
export interface Words {
  readonly language: 'ko' | 'en';
  /** Name of the other language, in that language. */
  readonly otherLanguage: string;
  /** Where somebody who has signed in finds their name, their role and the way out. */
  readonly account: string;
  readonly locale: string;
  readonly wardScreen: string;
  readonly noAlerts: string;
  readonly working: string;
  /** What stands in place of `working` while something is degraded: normality is no longer claimed. */
  readonly running: string;
  readonly lastImage: string;
  readonly noImageYet: string;
  imagesToday(count: number, isMore: boolean): string;
  readonly oneBarOneImage: string;
  readonly notForDiagnosis: string;
  readonly acknowledge: string;
  readonly priority: Readonly<Record<Priority, string>>;
  readonly bodyPart: Readonly<Record<BodyPart, string>>;
  readonly unknownBodyPart: string;
  part(laterality: 'L' | 'R' | 'B' | null, bodyPart: string): string;
  readonly suspected: string;
  readonly veryLikely: string;
  place(room: string | null, bed: string | null): string;
  caseNumber(caseRef: string): string;
  taken(time: string): string;
  received(time: string): string;
  /** Of a picture, to who cannot see it. */
  readonly markedCopy: string;
  /** What the picture is and is not, under it. */
  readonly markedCopyNote: readonly [string, string];
  views(count: number, withFindings: number): string;
  readonly justNow: string;
  minutesAgo(minutes: number): string;
  hoursAgo(hours: number): string;
  notSeenFor(minutes: number): string;
  seenBy(name: string): string;
  withdrawnBy(name: string, reason: string): string;
  readonly withdrawReason: Readonly<Record<WithdrawReason, string>>;
  /** On its own ward, of an escalated alert that further wards see too. */
  alsoTold(wards: string): string;
  otherAlerts(count: number): readonly [text: string, number: string];
  moreAlerts(count: number): string;
  readonly who: string;
  readonly someoneElse: string;
  readonly roles: readonly string[];
  readonly nameLabel: string;
  readonly record: string;
  /** What a badge does, and what is wrong with one that nobody is listed with: two short lines each. */
  readonly badge: readonly [string, string];
  readonly badgeUnknown: readonly [string, string];
  readonly back: string;
  readonly undo: string;
  secondsLeft(seconds: number): string;
  readonly notRecorded: string;
  readonly notAllowed: string;
  readonly soundOn: string;
  soundPaused(left: string): string;
  readonly pauseSound: readonly [string, string];
  readonly allowSound: string;
  readonly connecting: Paper;
  readonly cutOff: Paper;
  readonly deviceOff: Paper;
  readonly old: Paper;
  /** The device is on and analyses nothing; the reason stands where other papers say since when. */
  readonly stopped: Omit<Paper, 'next'>;
  /** By the code of the error table. */
  readonly stopReasons: Readonly<
    Record<'INBOX_UNREACHABLE' | 'DISK_FULL' | 'STORE_FAILED' | 'ANALYSIS_STOPPED', string>
  >;
  readonly callRadiography: string;
  extension(number: string): string;
  nothingHeardSince(time: string, minutes: number): string;
  offSince(time: string, minutes: number): string;
  nothingNewSince(time: string, minutes: number): string;
  openAt(time: string, count: number): string;
  stillOpen(count: number): string;
  readonly degraded: MachineLane;
  /** One of several export folders is out of reach; the reason is the title. */
  readonly partly: Omit<MachineLane, 'title'>;
  /** The page is a copy the browser kept. */
  readonly copy: Omit<MachineLane, 'detail'> & { detail(time: string): string };
}

/** What the machine says in its own lane while alerts still come. */
interface MachineLane {
  readonly title: string;
  readonly detail: string;
  readonly told: readonly [string, string];
}

/** What a screen that is not live says: its name, what that means, and what happens next. */
interface Paper {
  readonly title: string;
  readonly meaning: string;
  readonly next: string;
}

import type { Priority, WithdrawReason } from '../../../contract/alert.ts';
import type { Refusal } from '../../ward/state/ward-state.ts';
import { en as shared } from '../shared/en.ts';
import type { WordsOf } from '../words-for.ts';

/** The English of the ward display. */
export const en = {
  ...shared,
  wardScreen: 'Ward display',
  /** The title of a page that no one can see. */
  hidden: (ward: string) => `Hidden, not watched: ${ward}`,
  noAlerts: 'No alerts',
  working: 'Everything is working',
  /** Replaces `working` while something is degraded: the screen no longer claims normality. */
  running: 'Working',
  lastImage: 'Last image',
  noImageYet: 'No image yet today',
  imagesToday: (count: number, isMore: boolean) =>
    `${isMore ? 'More than ' : ''}${count} ${count === 1 ? 'image' : 'images'} analysed today`,
  oneBarOneImage: 'one bar, one image',
  acknowledge: 'I have seen it',
  priority: { high: 'Urgent', medium: 'Attention', low: 'Note' } satisfies Record<Priority, string>,
  suspected: 'fracture suspected',
  veryLikely: 'fracture very likely',
  place: (room: string | null, bed: string | null) =>
    [room && `Room ${room}`, bed && (room ? `bed ${bed}` : `Bed ${bed}`)].filter(Boolean).join(', '),
  caseNumber: (caseRef: string) => `case ${caseRef}`,
  taken: (time: string) => `taken\u00a0${time}`,
  received: (time: string) => `received\u00a0${time}`,
  /** Alternative text of the picture. */
  markedCopy: 'Copy of the radiograph with the finding marked',
  /** The note under the picture. */
  markedCopyNote: ['Marked copy', 'The original is in radiography'],
  views: (count: number, withFindings: number) =>
    `finding in ${withFindings} of ${count} ${count === 1 ? 'view' : 'views'}`,
  justNow: 'just now',
  minutesAgo: (minutes: number) => `${minutes}\u00a0min\u00a0ago`,
  hoursAgo: (hours: number) => `${hours}\u00a0h\u00a0ago`,
  /** Instead of an age that comes from a wrong clock. */
  notSeen: 'Not seen',
  unknownAge: 'age unknown',
  notSeenFor: (minutes: number) => `Not seen for ${spell(minutes)}`,
  seenBy: (name: string) => `Seen by ${name}`,
  withdrawnBy: (name: string, reason: string) => `Withdrawn by ${name}: ${reason}`,
  withdrawReason: {
    'no-fracture': 'no fracture',
    'old-fracture': 'old fracture',
    artefact: 'artefact',
    'wrong-image': 'wrong image',
    other: 'other reason',
  } satisfies Record<WithdrawReason, string>,
  /** On its own ward: the further wards that see an escalated alert. */
  alsoNotified: (wards: string) => `${wards} also notified`,
  otherAlerts: (count: number): readonly [text: string, number: string] => ['Other alerts:', `${count}`],
  moreAlerts: (count: number) => `${count} more`,
  /** After the sites that are written out. */
  moreSites: (count: number) => `+ ${count} more`,
  who: 'Who has seen it?',
  someoneElse: 'Someone else…',
  roles: ['Nurse', 'Doctor', 'Radiographer'],
  nameLabel: 'Name',
  record: 'Record',
  /** How to use a badge, and that a badge is not listed: two short lines each. */
  badge: ['Hold your badge', 'to the reader instead'],
  badgeUnknown: ['This badge is not listed', 'Please press a name'],
  back: 'Back',
  undo: 'Undo',
  secondsLeft: (seconds: number) => `${seconds} s`,
  /** Why an acknowledgement was not recorded. */
  refusals: {
    'not-recorded': 'Not recorded. Please press again',
    'not-allowed': 'The message server refused the record',
    'already-closed': 'This alert is already closed',
    'not-acknowledged': 'This alert is not acknowledged yet',
    'sign-in-required': 'Only a person who signed in may do this',
    outdated: 'The alert has changed. Please check again',
  } satisfies Record<Refusal, string>,
  soundOn: 'Sound on',
  soundPaused: (left: string) => `Sound off ${left}`,
  pauseSound: ['Pause sound', '2 min'],
  allowSound: 'Tap once to allow sound',
  /** Full-screen notices of a display that is not live: what happened, what it means, what happens next. */
  connecting: {
    title: 'Connecting',
    meaning: 'Alerts cannot appear yet',
    next: 'this screen changes automatically',
  },
  cutOff: { title: 'Connection lost', meaning: 'New alerts cannot appear here', next: 'reconnecting' },
  deviceOff: {
    title: 'Analysis device is off',
    meaning: 'New images are not being analysed',
    next: 'this screen recovers automatically',
  },
  old: {
    title: 'Old information',
    meaning: 'Do not rely on this screen',
    next: 'the device is on but does not respond',
  },
  /** The server has no ward with the id in the address. */
  unknownWard: {
    title: 'Unknown ward',
    meaning: (id: string) => `There is no ward “${id}” here. This screen shows no alerts.`,
    next: 'notify the administrator; this screen tries again',
  },
  /** The display is connected, but the message server refuses alerts of this ward. */
  undelivered: {
    title: 'Alerts do not arrive',
    meaning: 'New alerts may be missing here',
    next: 'this screen recovers automatically',
  },
  /** The device is on but analyses nothing; the reason is shown in place of the time. */
  stopped: { title: 'Analysis has stopped', meaning: 'New images are not being analysed' },
  /** By the code of the error table. */
  stopReasons: {
    INBOX_UNREACHABLE: 'Export folder unreachable',
    DISK_FULL: 'Disk full',
    STORE_FAILED: 'Results cannot be stored',
    STORE_LOCKED: 'Another program has locked the database',
    ANALYSIS_STOPPED: 'The model is not running',
  },
  /** The page cannot draw itself, whatever it knows. */
  broken: { title: 'Display error', meaning: 'New alerts cannot appear here' },
  callRadiography: 'Call the radiography room',
  extension: (number: string) => `ext. ${number}`,
  noContactSince: (time: string, minutes: number) => `No contact since ${time}${lasting(minutes)}`,
  offSince: (time: string, minutes: number) => `Off since ${time}${lasting(minutes)}`,
  noUpdateSince: (time: string, minutes: number) => `No update since ${time}${lasting(minutes)}`,
  openAt: (time: string, count: number) => `Open at ${time}: ${count} ${count === 1 ? 'alert' : 'alerts'}`,
  stillOpen: (count: number) => `Still open: ${count} ${count === 1 ? 'alert' : 'alerts'}`,
  /** Lines of the machine lane, while alerts still arrive. */
  degraded: {
    title: 'Analysis is slower than usual',
    detail: 'Alerts may come up to 1 min late. Nothing for you to do.',
    note: ['radiography room', 'notified'],
  },
  /** One of several export folders is unreachable; the reason is the title. */
  partly: {
    detail: 'Some images are not being analysed. Nothing for you to do.',
    note: ['radiography room', 'notified'],
  },
  /** Another machine has the identity of this display. */
  duplicate: {
    title: (display: string) => `Two displays use the identity ${display}`,
    detail: 'Alerts still appear. Nothing for you to do.',
    note: ['radiography room', 'notified'],
  },
  /** The page is a copy stored by the browser. */
  copy: {
    title: 'Saved copy of this page',
    detail: (time: string) => `Names as of ${time}. Alerts still appear.`,
    note: ['nothing', 'to do'],
  },
} as const;

export type WardWords = WordsOf<typeof en>;

function spell(minutes: number): string {
  if (minutes < 60) return `${minutes} min`;
  const rest = minutes % 60;
  return rest === 0 ? `${Math.floor(minutes / 60)} h` : `${Math.floor(minutes / 60)} h ${rest} min`;
}

function lasting(minutes: number): string {
  return minutes < 1 ? '' : ` · ${spell(minutes)}`;
}

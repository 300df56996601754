import type { Words } from './words.ts';

const SIDES = { L: 'left ', R: 'right ', B: 'both: ' };

/** The English of the pages. */
export const en: Words = {
  language: 'en',
  otherLanguage: '한국어',
  account: 'My account',
  locale: 'en-GB',
  wardScreen: 'Ward display',
  noAlerts: 'No alerts',
  working: 'Everything is working',
  running: 'Working',
  lastImage: 'Last image',
  noImageYet: 'No image yet today',
  imagesToday: (count, isMore) =>
    `${isMore ? 'More than ' : ''}${count} ${count === 1 ? 'image' : 'images'} analysed today`,
  oneBarOneImage: 'one bar, one image',
  notForDiagnosis: 'Not for diagnosis · decision support',
  acknowledge: 'I have seen it',
  priority: { high: 'Urgent', medium: 'Attention', low: 'Note' },
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
  },
  unknownBodyPart: 'body part unknown',
  part: (laterality, bodyPart) => upperFirst(`${laterality === null ? '' : SIDES[laterality]}${bodyPart}`),
  suspected: 'fracture suspected',
  veryLikely: 'fracture very likely',
  place: (room, bed) =>
    [room && `Room ${room}`, bed && (room ? `bed ${bed}` : `Bed ${bed}`)].filter(Boolean).join(', '),
  caseNumber: (caseRef) => `case ${caseRef}`,
  taken: (time) => `taken\u00a0${time}`,
  received: (time) => `received\u00a0${time}`,
  markedCopy: 'Copy of the radiograph with the finding marked',
  markedCopyNote: ['Marked copy', 'The original is in radiography'],
  views: (count, withFindings) => `finding in ${withFindings} of ${count} ${count === 1 ? 'view' : 'views'}`,
  justNow: 'just now',
  minutesAgo: (minutes) => `${minutes}\u00a0min\u00a0ago`,
  hoursAgo: (hours) => `${hours}\u00a0h\u00a0ago`,
  notSeenFor: (minutes) => `Not seen for ${spell(minutes)}`,
  seenBy: (name) => `Seen by ${name}`,
  withdrawnBy: (name, reason) => `Withdrawn by ${name}: ${reason}`,
  withdrawReason: {
    'no-fracture': 'no fracture',
    'old-fracture': 'old fracture',
    artefact: 'artefact',
    'wrong-image': 'wrong image',
    other: 'other reason',
  },
  alsoTold: (wards) => `${wards} told too`,
  otherAlerts: (count) => ['Other alerts:', `${count}`],
  moreAlerts: (count) => `${count} more`,
  who: 'Who has seen it?',
  someoneElse: 'Someone else…',
  roles: ['Nurse', 'Doctor', 'Radiographer'],
  nameLabel: 'Name',
  record: 'Record',
  badge: ['Hold your badge', 'to the reader instead'],
  badgeUnknown: ['This badge is not listed', 'Please press a name'],
  back: 'Back',
  undo: 'Undo',
  secondsLeft: (seconds) => `${seconds} s`,
  notRecorded: 'Not recorded. Please press again',
  notAllowed: 'The message server refused the record',
  soundOn: 'Sound on',
  soundPaused: (left) => `Sound off ${left}`,
  pauseSound: ['Pause sound', '2 min'],
  allowSound: 'Tap once to allow sound',
  connecting: {
    title: 'Connecting',
    meaning: 'Alerts cannot appear yet',
    next: 'this screen changes by itself',
  },
  cutOff: { title: 'Connection lost', meaning: 'New alerts cannot appear here', next: 'reconnecting' },
  deviceOff: {
    title: 'Analysis device is off',
    meaning: 'New images are not being analysed',
    next: 'this screen comes back by itself',
  },
  old: {
    title: 'Old information',
    meaning: 'Do not rely on this screen',
    next: 'the device is on but does not answer',
  },
  stopped: { title: 'Analysis has stopped', meaning: 'New images are not being analysed' },
  stopReasons: {
    INBOX_UNREACHABLE: 'Export folder unreachable',
    DISK_FULL: 'Disk full',
    STORE_FAILED: 'Results cannot be stored',
    ANALYSIS_STOPPED: 'The model does not run',
  },
  callRadiography: 'Call the radiography room',
  extension: (number) => `ext. ${number}`,
  nothingHeardSince: (time, minutes) => `Nothing heard since ${time}${lasting(minutes)}`,
  offSince: (time, minutes) => `Off since ${time}${lasting(minutes)}`,
  nothingNewSince: (time, minutes) => `Nothing new since ${time}${lasting(minutes)}`,
  openAt: (time, count) => `Open at ${time}: ${count} ${count === 1 ? 'alert' : 'alerts'}`,
  stillOpen: (count) => `Still open: ${count} ${count === 1 ? 'alert' : 'alerts'}`,
  degraded: {
    title: 'Analysis is slower than usual',
    detail: 'Alerts may come up to 1 min late. Nothing for you to do.',
    told: ['radiography room', 'knows'],
  },
  partly: {
    detail: 'Some images are not being analysed. Nothing for you to do.',
    told: ['radiography room', 'knows'],
  },
  copy: {
    title: 'Saved copy of this page',
    detail: (time) => `Names as of ${time}. Alerts still appear.`,
    told: ['nothing', 'to do'],
  },
};

function spell(minutes: number): string {
  if (minutes < 60) return `${minutes} min`;
  const rest = minutes % 60;
  return rest === 0 ? `${Math.floor(minutes / 60)} h` : `${Math.floor(minutes / 60)} h ${rest} min`;
}

function lasting(minutes: number): string {
  return minutes < 1 ? '' : ` · ${spell(minutes)}`;
}

function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

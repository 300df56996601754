import type { Role } from '../../../contract/api/access.ts';
import { en as shared } from '../shared/en.ts';
import type { WordsOf } from '../words-for.ts';

/** The English of the sign-in, the pairing and the account. */
export const en = {
  ...shared,
  signIn: 'Sign in',
  signInTitle: 'Sign in',
  name: 'Name',
  password: 'Password',
  wrong: 'Wrong name or password',
  wait: (minutes: number) => `Too many attempts. Try again in ${minutes} min`,
  noAnswer: 'The device does not respond. Reconnecting',
  askForAccount: 'Accounts are created by an administrator',
  pairTitle: 'To connect this screen',
  pairHow: ['give this code to a radiographer', 'or an administrator'],
  pairLeft: (minutes: number) => `A new code in ${minutes} min`,
  pairUnknownWard: 'Unknown ward. Check the address',
  pairBusy: 'Too many screens are waiting. Retrying in 10 min',
  signInInstead: 'Is this a workstation? Sign in instead',
  role: {
    viewer: 'Viewer',
    nurse: 'Nurse',
    radiographer: 'Radiographer',
    admin: 'Administrator',
  } satisfies Record<Role, string>,
  signOut: 'Sign out',
  back: 'Back',
  changePassword: 'Change password',
  newPassword: 'New password',
  passwordRule: 'At least 10 characters. Changing it signs you out everywhere',
  passwordWeak: 'Too short or too easy to guess',
  passwordChanged: 'The password was changed. Sign in again',
  displays: 'Ward displays',
  noDisplays: 'No displays connected',
  pairDisplay: 'Connect a display',
  code: 'Code on the screen',
  noSuchCode: 'Unknown code. Enter the code now on the screen',
  ward: 'Ward',
  displayName: 'Name of the display',
  displayNameExample: 'Nurses’ station, wall',
  connect: 'Connect',
  connected: 'Connected',
  revoke: 'Disconnect',
  revokeOf: (name: string) => `Disconnect ${name}`,
  seen: (time: string) => `Last seen ${time}`,
  notSeen: 'Not seen yet',
  pairedBy: (name: string) => `Connected by ${name}`,
  notAllowed: 'You do not have permission',
} as const;

export type AccountWords = WordsOf<typeof en>;

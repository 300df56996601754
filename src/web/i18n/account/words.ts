import type { Role } from '../../../store/access/roles.ts';

/** Every sentence of the sign-in, the pairing and the account. One file per language implements it. */
export interface AccessWords {
  readonly language: 'ko' | 'en';
  /** Name of the other language, in that language. */
  readonly otherLanguage: string;
  readonly notForDiagnosis: string;
  readonly signIn: string;
  readonly signInTitle: string;
  readonly name: string;
  readonly password: string;
  readonly wrong: string;
  wait(minutes: number): string;
  readonly noAnswer: string;
  readonly askForAccount: string;
  readonly pairTitle: string;
  readonly pairHow: readonly [string, string];
  pairLeft(minutes: number): string;
  readonly pairUnknownWard: string;
  readonly pairBusy: string;
  readonly signInInstead: string;
  readonly account: string;
  readonly role: Readonly<Record<Role, string>>;
  readonly signOut: string;
  readonly back: string;
  readonly changePassword: string;
  readonly newPassword: string;
  readonly passwordRule: string;
  readonly passwordWeak: string;
  readonly passwordChanged: string;
  readonly displays: string;
  readonly noDisplays: string;
  readonly pairDisplay: string;
  readonly code: string;
  readonly noSuchCode: string;
  readonly ward: string;
  readonly displayName: string;
  readonly displayNameExample: string;
  readonly connect: string;
  readonly connected: string;
  readonly revoke: string;
  revokeOf(name: string): string;
  seen(time: string): string;
  readonly notSeen: string;
  pairedBy(name: string): string;
  readonly notAllowed: string;
}

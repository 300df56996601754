import { promise as createQueue } from 'fastq';
import type { Audit } from '../../store/audit/audit.ts';
import type { Sessions } from '../../store/access/sessions.ts';
import type { User, Users } from '../../store/access/users.ts';
import { limitAttempts } from './limit-attempts.ts';
import { hashPassword, verifyPassword } from './password-hash.ts';

export interface SignInDeps {
  readonly users: Pick<Users, 'find'>;
  readonly sessions: Pick<Sessions, 'begin'>;
  readonly audit: Pick<Audit, 'append'>;
  readonly now: () => Date;
  /** Elapsed time, of a clock that does not jump. */
  readonly nowMs: () => number;
}

/** A password to be checked; `user` is undefined for a name that does not exist. */
interface Check {
  readonly password: string;
  readonly user: ReturnType<Users['find']>;
}

export interface Credentials {
  readonly name: string;
  readonly password: string;
  /** Address of the machine they come from. */
  readonly address: string;
}

export type SignInResult =
  { readonly token: string; readonly user: User } | { readonly token: null; readonly waitMs: number };

/** Tells whether a name and a password belong together, and remembers what goes wrong. */
export interface SignIn {
  /** Signs in; `waitMs` of a refusal: how long no further try is taken, 0 where the next one may come at once. */
  signIn(credentials: Credentials): Promise<SignInResult>;
  /** Whether it is their password. Counts as a try, as a sign-in does. */
  verify(credentials: Credentials): Promise<{ readonly user: User | null; readonly waitMs: number }>;
}

const MINUTE_MS = 60_000;
/** One name from one place; one name from everywhere; one place with any names. */
const LIMITS = { same: 5, name: 30, place: 20, withinMs: 15 * MINUTE_MS };
/** Each try costs a quarter of a second of one core and 32 MiB, so one is made at a time. */
const MAX_QUEUED = 10;
const BUSY_MS = 5_000;

/**
 * Five wrong passwords for one name from one machine, 30 for one name, 20 from one machine within a quarter of an
 * hour: then tries are refused unseen until the first of them is a quarter of an hour old. Everything is audited; of a
 * name that nobody has, only that there was a try, since people type passwords into the wrong field.
 */
export function createSignIn(parts: SignInDeps): SignIn {
  const { users, sessions, audit, now, nowMs } = parts;
  const limit = (most: number) => limitAttempts({ most, withinMs: LIMITS.withinMs, nowMs });
  const [same, byName, byPlace] = [limit(LIMITS.same), limit(LIMITS.name), limit(LIMITS.place)];
  /** What a name that nobody has is compared with, so that it takes as long. */
  let decoy: Promise<string> | null = null;
  const checks = createQueue<unknown, Check, boolean>(
    async ({ password, user }) =>
      verifyPassword(password, user?.password ?? (await (decoy ??= hashPassword(crypto.randomUUID())))),
    1,
  );

  function write(kind: string, actor: string, { address }: Credentials): void {
    audit.append({ at: now().toISOString(), kind, actor, subject: 'sign-in', detail: { address } });
  }

  async function verify(credentials: Credentials): Promise<{ user: User | null; waitMs: number }> {
    const user = users.find(credentials.name);
    const place = placeOf(credentials.address);
    const name = user?.name ?? 'unknown user';
    const keys = [
      [same, `${name} ${place}`],
      [byName, name],
      [byPlace, place],
    ] as const;
    const waitMs = () => Math.max(...keys.map(([attempts, key]) => attempts.waitMs(key)));
    if (waitMs() > 0) return { user: null, waitMs: waitMs() };
    if (checks.running() + checks.length() >= MAX_QUEUED) return { user: null, waitMs: BUSY_MS };
    // Counted before it is known to be wrong, so that many at once are not all let through.
    for (const [attempts, key] of keys) attempts.fail(key);
    const isRight = await checks.push({ password: credentials.password, user });
    if (user !== undefined && isRight) {
      same.clear(`${name} ${place}`);
      byName.forgive(name);
      byPlace.forgive(place);
      return { user, waitMs: 0 };
    }
    const blockedMs = waitMs();
    write(blockedMs > 0 ? 'sign-in-blocked' : 'sign-in-refused', name, credentials);
    return { user: null, waitMs: blockedMs };
  }

  return {
    verify,
    async signIn(credentials) {
      const { user, waitMs } = await verify(credentials);
      if (user === null) return { token: null, waitMs };
      const token = sessions.begin(user.name);
      write('signed-in', user.name, credentials);
      return { token, user };
    },
  };
}

/** A machine has all the addresses of its IPv6 network to choose from. */
function placeOf(address: string): string {
  const mapped = address.replace(/^::ffff:(?=\d+\.)/, '');
  return mapped.includes(':') ? mapped.split(':').slice(0, 4).join(':') : mapped;
}

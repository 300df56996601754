import { promise as createQueue, type queueAsPromised } from 'fastq';
import type { Audit } from '../../store/audit/audit.ts';
import type { Sessions } from '../../store/access/sessions.ts';
import type { User, Users } from '../../store/access/users.ts';
import { hashPassword, verifyPassword } from './password-hash.ts';
import { createSignInLimits } from './sign-in-limits.ts';

export interface SignInDeps {
  readonly users: Pick<Users, 'find'>;
  readonly sessions: Pick<Sessions, 'begin'>;
  readonly audit: Pick<Audit, 'append'>;
  readonly now: () => Date;
  /** Elapsed time of a monotonic clock. */
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

/** Checks names and passwords, and limits failed attempts. */
export interface SignIn {
  /** Signs in; `waitMs` of a refusal: how long further attempts are refused, 0 if the next one may follow at once. */
  signIn(credentials: Credentials): Promise<SignInResult>;
  /** Whether the password is right. Counts as an attempt, as a sign-in does. */
  verify(credentials: Credentials): Promise<{ readonly user: User | null; readonly waitMs: number }>;
}

/** Each check costs a quarter of a second of one core and 32 MiB, so one is made at a time. */
const MAX_QUEUED = 10;
const BUSY_MS = 5_000;

/**
 * Five wrong passwords for one name from one machine, 30 for one name, 20 from one machine within 15 minutes: then
 * attempts are refused without a check until the first of them is 15 minutes old. Everything is in the audit log; for
 * an unknown name only that there was an attempt, since people type passwords into the wrong field.
 */
export function createSignIn(deps: SignInDeps): SignIn {
  const limits = createSignInLimits(deps.nowMs);
  const checks = createPasswordChecks();

  async function verify(credentials: Credentials): Promise<{ user: User | null; waitMs: number }> {
    const user = deps.users.find(credentials.name);
    const attempt = { name: user?.name ?? 'unknown user', address: credentials.address };
    const refusedMs = limits.waitMs(attempt);
    if (refusedMs > 0) return { user: null, waitMs: refusedMs };
    if (checks.running() + checks.length() >= MAX_QUEUED) return { user: null, waitMs: BUSY_MS };
    // Counted before it is known to be wrong, so that many at once are not all let through.
    limits.fail(attempt);
    const isRight = await checks.push({ password: credentials.password, user });
    if (user !== undefined && isRight) {
      limits.succeed(attempt);
      return { user, waitMs: 0 };
    }
    const waitMs = limits.waitMs(attempt);
    recordAttempt(waitMs > 0 ? 'sign-in-blocked' : 'sign-in-refused', attempt, deps);
    return { user: null, waitMs };
  }

  return {
    verify,
    async signIn(credentials) {
      const { user, waitMs } = await verify(credentials);
      if (user === null) return { token: null, waitMs };
      const token = deps.sessions.begin(user.name);
      recordAttempt('signed-in', { name: user.name, address: credentials.address }, deps);
      return { token, user };
    },
  };
}

/** Checks passwords one after the other. For a name that does not exist it takes as long as for one that does. */
function createPasswordChecks(): queueAsPromised<Check, boolean> {
  let decoy: Promise<string> | null = null;
  return createQueue<unknown, Check, boolean>(
    async ({ password, user }) =>
      verifyPassword(password, user?.password ?? (await (decoy ??= hashPassword(crypto.randomUUID())))),
    1,
  );
}

function recordAttempt(
  kind: 'signed-in' | 'sign-in-blocked' | 'sign-in-refused',
  { name, address }: Pick<Credentials, 'name' | 'address'>,
  { audit, now }: SignInDeps,
): void {
  audit.append({ at: now().toISOString(), kind, actor: name, subject: 'sign-in', detail: { address } });
}

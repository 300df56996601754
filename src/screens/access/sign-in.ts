import { promise as createQueue, type queueAsPromised } from 'fastq';
import type { Audit } from '../../store/audit/audit.ts';
import type { Sessions } from '../../store/access/sessions.ts';
import type { User, Users } from '../../store/access/users.ts';
import { machineOf } from '../../network/machine-of.ts';
import { unmatchableHash, verifyPassword } from './password-hash.ts';
import { createSignInLimits } from './sign-in-limits.ts';

export interface SignInDeps {
  readonly users: Pick<Users, 'find'>;
  readonly sessions: Pick<Sessions, 'begin'>;
  readonly audit: Pick<Audit, 'append'>;
  readonly now: () => Date;
  /** Elapsed time of a monotonic clock. */
  readonly nowMs: () => number;
}

export interface Credentials {
  readonly name: string;
  readonly password: string;
  /** Address of the machine they come from. */
  readonly address: string;
}

/** A password to be checked; `user` is undefined for a name that does not exist. */
interface Check extends Credentials {
  readonly user: ReturnType<Users['find']>;
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
const MAX_QUEUED = 40;
/** So that one machine cannot delay the others for long. */
const MAX_QUEUED_PER_MACHINE = 4;
const BUSY_MS = 5_000;

/**
 * Five wrong passwords for one name from one machine, or 20 from one machine, within 15 minutes: then its attempts are
 * refused without a check until the first of them is 15 minutes old. Attempts from other machines do not lock a name.
 * Names that exist and names that do not give the same answers, after the same time. Everything is in the audit log; for
 * an unknown name only that there was an attempt, since people type passwords into the wrong field.
 */
export function createSignIn(deps: SignInDeps): SignIn {
  const limits = createSignInLimits(deps.nowMs);
  const checks = createPasswordChecks();

  async function verify(credentials: Credentials): Promise<{ user: User | null; waitMs: number }> {
    const user = deps.users.find(credentials.name);
    const refusedMs = limits.waitMs(credentials);
    if (refusedMs > 0) return { user: null, waitMs: refusedMs };
    // Counted before it is known to be wrong, so that many at once are not all let through.
    const check = checks.start({ ...credentials, user });
    if (check === null) return { user: null, waitMs: BUSY_MS };
    limits.fail(credentials);
    const isRight = await check;
    // The user may have been removed, or have another password, since.
    const isUnchanged = deps.users.find(credentials.name)?.password === user?.password;
    if (user !== undefined && isRight && isUnchanged) {
      limits.succeed(credentials);
      return { user, waitMs: 0 };
    }
    const waitMs = limits.waitMs(credentials);
    const attempt = { name: user?.name ?? 'unknown user', address: credentials.address };
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

interface PasswordChecks {
  /** Whether the password is right; null: too many checks are waiting. */
  start(check: Check): Promise<boolean> | null;
}

/** Checks passwords one after the other. For a name that does not exist it takes as long as for one that does. */
function createPasswordChecks(): PasswordChecks {
  const decoy = unmatchableHash();
  const queue: queueAsPromised<Check, boolean> = createQueue<unknown, Check, boolean>(
    ({ password, user }) => verifyPassword(password, user?.password ?? decoy),
    1,
  );
  const queued = new Map<string, number>();
  return {
    start(check) {
      const machine = machineOf(check.address);
      const ofMachine = queued.get(machine) ?? 0;
      if (queue.running() + queue.length() >= MAX_QUEUED || ofMachine >= MAX_QUEUED_PER_MACHINE) return null;
      queued.set(machine, ofMachine + 1);
      return queue.push(check).finally(() => {
        const left = (queued.get(machine) ?? 1) - 1;
        if (left > 0) queued.set(machine, left);
        else queued.delete(machine);
      });
    },
  };
}

function recordAttempt(
  kind: 'signed-in' | 'sign-in-blocked' | 'sign-in-refused',
  { name, address }: Pick<Credentials, 'name' | 'address'>,
  { audit, now }: SignInDeps,
): void {
  audit.append({ at: now().toISOString(), kind, actor: name, subject: 'sign-in', detail: { address } });
}

import { machineOf } from '../../network/machine-of.ts';
import { limitAttempts, type AttemptLimit } from './limit-attempts.ts';

/** An attempt to sign in. */
interface Attempt {
  readonly name: string;
  /** Address of the machine. */
  readonly address: string;
}

/** Counts failed sign-ins for a name, for a machine, and for both together. */
export interface SignInLimits {
  /** Milliseconds until another attempt is checked; 0: now. */
  waitMs(attempt: Attempt): number;
  fail(attempt: Attempt): void;
  /** Removes the last failure: the attempt was right. */
  succeed(attempt: Attempt): void;
}

/** One name from one machine; one name from all machines; one machine with any names. */
const MAX_FAILURES = { pair: 5, name: 30, machine: 20 };
const WITHIN_MS = 15 * 60_000;

/** The limits of one sign-in page; they start empty at each start. */
export function createSignInLimits(nowMs: () => number): SignInLimits {
  const limit = (maxFailures: number): AttemptLimit =>
    limitAttempts({ maxFailures, withinMs: WITHIN_MS, nowMs });
  const pairs = limit(MAX_FAILURES.pair);
  const names = limit(MAX_FAILURES.name);
  const machines = limit(MAX_FAILURES.machine);
  const pairOf = ({ name, address }: Attempt): string => `${name} ${machineOf(address)}`;
  return {
    waitMs: (attempt) =>
      Math.max(
        pairs.waitMs(pairOf(attempt)),
        names.waitMs(attempt.name),
        machines.waitMs(machineOf(attempt.address)),
      ),
    fail(attempt) {
      pairs.fail(pairOf(attempt));
      names.fail(attempt.name);
      machines.fail(machineOf(attempt.address));
    },
    succeed(attempt) {
      pairs.clear(pairOf(attempt));
      names.forgive(attempt.name);
      machines.forgive(machineOf(attempt.address));
    },
  };
}

import { createHash } from 'node:crypto';
import { nameKey } from '../../contract/name-key.ts';
import { machineOf } from '../../network/machine-of.ts';
import { limitAttempts, type AttemptLimit } from './limit-attempts.ts';

/** An attempt to sign in. */
export interface Attempt {
  /** As it was typed, whether such a user exists or not. */
  readonly name: string;
  /** Address of the machine. */
  readonly address: string;
}

/** Counts failed sign-ins for a machine, and for a name from a machine. */
export interface SignInLimits {
  /** Milliseconds until another attempt is checked; 0: now. */
  waitMs(attempt: Attempt): number;
  fail(attempt: Attempt): void;
  /** Takes back the last failure: the attempt was right. */
  succeed(attempt: Attempt): void;
}

/** One name from one machine; the same while the name is under attack; one machine with any names. */
const MAX_FAILURES = { pair: 5, pairUnderAttack: 2, machine: 20 };
/** A name with this many failures from machines it has not signed in from is under attack. */
const ATTACK_FAILURES = 30;
const WITHIN_MS = 15 * 60_000;
const MAX_KNOWN = 10_000;

/**
 * The limits of one sign-in page; they start empty at each start. A name is never refused because of what other machines
 * do: while it is under attack, further machines get fewer attempts, and those it has signed in from get all of theirs.
 * Nothing here depends on whether a user of that name exists.
 */
export function createSignInLimits(nowMs: () => number): SignInLimits {
  const limit = (maxFailures: number): AttemptLimit =>
    limitAttempts({ maxFailures, withinMs: WITHIN_MS, nowMs });
  const pairs = limit(MAX_FAILURES.pair);
  const pairsUnderAttack = limit(MAX_FAILURES.pairUnderAttack);
  const machines = limit(MAX_FAILURES.machine);
  const attacks = limit(ATTACK_FAILURES);
  /** Names with the machines they have signed in from, the latest last. */
  const known = new Set<string>();

  return {
    waitMs(attempt) {
      const { name, machine, pair } = keysOf(attempt);
      const isUnderAttack = attacks.waitMs(name) > 0 && !known.has(pair);
      return Math.max((isUnderAttack ? pairsUnderAttack : pairs).waitMs(pair), machines.waitMs(machine));
    },
    fail(attempt) {
      const { name, machine, pair } = keysOf(attempt);
      pairs.fail(pair);
      pairsUnderAttack.fail(pair);
      machines.fail(machine);
      if (!known.has(pair)) attacks.fail(name);
    },
    succeed(attempt) {
      const { name, machine, pair } = keysOf(attempt);
      pairs.clear(pair);
      pairsUnderAttack.clear(pair);
      machines.forgive(machine);
      if (!known.has(pair)) attacks.forgive(name);
      remember(pair);
    },
  };

  function remember(pair: string): void {
    known.delete(pair);
    known.add(pair);
    const [oldest] = known;
    if (known.size > MAX_KNOWN && oldest !== undefined) known.delete(oldest);
  }
}

/** People type passwords into the wrong field, so names are not held in memory, only their hashes. */
function keysOf({ name, address }: Attempt): Record<'name' | 'machine' | 'pair', string> {
  const key = createHash('sha256').update(nameKey(name)).digest('base64url');
  const machine = machineOf(address);
  return { name: key, machine, pair: `${key} ${machine}` };
}

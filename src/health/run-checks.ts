import { isBonewatchError } from '../contract/errors.ts';
import type { Check, CheckOutcome, CheckState } from './check.ts';

export interface CheckReport {
  /** The worst state of any check. */
  readonly state: CheckState;
  readonly checks: readonly ({ readonly name: string } & CheckOutcome)[];
}

const SEVERITY: Record<CheckState, number> = { ok: 0, degraded: 1, failed: 2 };

/**
 * Runs all checks in parallel and returns within `deadlineMs`: a check that throws or exceeds the deadline counts as
 * failed and never hides the others.
 */
export async function runChecks(
  checks: readonly Check[],
  options: { readonly deadlineMs: number },
): Promise<CheckReport> {
  const answers = await Promise.all(
    checks.map(async (check) => ({ name: check.name, ...(await outcomeOf(check, options.deadlineMs)) })),
  );
  return { state: worst(answers.map((answer) => answer.state)), checks: answers };
}

async function outcomeOf(check: Check, deadlineMs: number): Promise<CheckOutcome> {
  const deadline = Promise.withResolvers<CheckOutcome>();
  const timer = setTimeout(() => {
    deadline.resolve({ state: 'failed', message: `No answer within ${deadlineMs / 1000} s.` });
  }, deadlineMs);
  try {
    return await Promise.race([Promise.resolve().then(() => check.run()), deadline.promise]);
  } catch (error) {
    return { state: 'failed', message: sentenceFor(error) };
  } finally {
    clearTimeout(timer);
  }
}

/** Only our own errors have a message without patient data; of others only the class is reported. */
function sentenceFor(error: unknown): string {
  if (isBonewatchError(error)) return `${error.message} (${error.code}) ${error.hint}`;
  return `The check itself failed (${error instanceof Error ? error.name : typeof error}); see the journal.`;
}

function worst(states: readonly CheckState[]): CheckState {
  return states.reduce<CheckState>((a, b) => (SEVERITY[b] > SEVERITY[a] ? b : a), 'ok');
}

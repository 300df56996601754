/** `degraded`: it works, but not as configured. `failed`: it does not work. */
export type CheckState = 'ok' | 'degraded' | 'failed';

export interface CheckOutcome {
  readonly state: CheckState;
  /** One plain sentence, shown without sign-in: never patient data, never a secret. */
  readonly message: string;
}

/** One check of the daemon that can run at any time. */
export interface Check {
  /** Lower-case words with hyphens; names the check in JSON and for monitoring. */
  readonly name: string;
  run(): CheckOutcome | Promise<CheckOutcome>;
}

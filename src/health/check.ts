/** `degraded`: it works, but not as configured. `failed`: it does not do its job. */
export type CheckState = 'ok' | 'degraded' | 'failed';

export interface CheckOutcome {
  readonly state: CheckState;
  /** One plain sentence, shown to whoever asks: never patient data, never a secret. */
  readonly message: string;
}

/** One question about the daemon that can be asked at any time. */
export interface Check {
  /** Lower-case words with hyphens; names the check in JSON and for monitoring. */
  readonly name: string;
  run(): CheckOutcome | Promise<CheckOutcome>;
}

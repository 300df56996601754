/** What a valid configuration names but this machine lacks. */
export interface MachineFault {
  /** The key that names it. */
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** The code of a failed system call, such as ENOENT. */
export function systemCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}

import { isBonewatchError, type BonewatchError } from '../contract/errors.ts';

/** sysexits.h, as far as the contract uses it. */
export const EXIT = { ok: 0, failed: 1, notDecodable: 65, badConfig: 78 } as const;

/** What no restart cures. */
const CONFIG_FAULTS: ReadonlySet<string> = new Set(['CONFIG_INVALID', 'SCREENS_UNPROTECTED', 'TLS_INVALID']);

/** One line on standard output: what a command answers. */
export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** One line on standard error: what a person should know while a command works. */
function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** A named failure as a person reads it: what happened, then what to do. */
export function tellError(error: BonewatchError): void {
  tell(`bonewatch: ${error.message} [${error.code}]`);
  tell(`  ${error.hint}`);
}

/** Runs a command; what the world did becomes a plain message and an exit status, a bug crosses it. */
export async function runCommand(command: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await command();
  } catch (error) {
    if (!isBonewatchError(error)) throw error;
    tellError(error);
    process.exitCode = CONFIG_FAULTS.has(error.code) ? EXIT.badConfig : EXIT.failed;
  }
}

/** Columns padded to the widest cell, two blanks between; no decoration that a pipe would have to strip. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

import { ERROR_CODES, isBonewatchError, type BonewatchError } from '../contract/errors.ts';

/** sysexits.h, as far as the contract uses it. */
export const EXIT = { ok: 0, failed: 1, notDecodable: 65, badConfig: 78 } as const;

/** Writes one line of a command's result to standard output. */
export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Writes an error to standard error: what happened with its code, then what to do. */
export function printError(error: BonewatchError): void {
  process.stderr.write(`bonewatch: ${error.message} [${error.code}]\n  ${error.hint}\n`);
}

/** Runs a command. A `BonewatchError` is printed and sets the exit code of its table row; a bug is rethrown. */
export async function runCommand(command: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await command();
  } catch (error) {
    if (!isBonewatchError(error)) throw error;
    printError(error);
    process.exitCode = ERROR_CODES[error.code].exit ?? EXIT.failed;
  }
}

/** Columns padded to the widest cell, two blanks between; no decoration, so that the output can be piped. */
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

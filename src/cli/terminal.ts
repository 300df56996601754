import { inspect } from 'node:util';
import { escapeControls, escapeJson, escapeName } from '../contract/escape-controls.ts';
import { ERROR_CODES, isBonewatchError, type BonewatchError } from '../contract/errors.ts';

/** sysexits.h, as far as the contract uses it; `closedPipe` is what a shell reports for SIGPIPE. */
export const EXIT = { ok: 0, failed: 1, notDecodable: 65, badConfig: 78, closedPipe: 141 } as const;

/** Writes one line of a command's result to standard output, or several; control characters are escaped. */
export function print(line: string): void {
  process.stdout.write(`${escapeControls(line)}\n`);
}

/** Writes the content of a file, which another program reads, unchanged to standard output. */
export function printFile(content: string): void {
  process.stdout.write(`${content.trimEnd()}\n`);
}

/** Writes a value as JSON to standard output. */
export function printJson(value: unknown, indent = 0): void {
  process.stdout.write(`${escapeJson(JSON.stringify(value, null, indent))}\n`);
}

/** Writes an error to standard error: what happened with its code, then what to do. */
export function printError(error: BonewatchError): void {
  process.stderr.write(escapeControls(`bonewatch: ${error.message} [${error.code}]\n  ${error.hint}\n`));
}

/**
 * Runs a command. A `BonewatchError` is printed and sets the exit code of its table row; a bug is printed with its
 * stack and ends the process.
 */
export async function runCommand(command: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await command();
  } catch (error) {
    if (!isBonewatchError(error)) {
      process.stderr.write(escapeControls(`${inspect(error)}\n`));
      process.exit(EXIT.failed);
    }
    printError(error);
    process.exitCode = ERROR_CODES[error.code].exit ?? EXIT.failed;
  }
}

/**
 * Ends the process quietly when the reader of its output has gone, as with `| head`: the conventional exit status, and
 * no stack. Any other fault of the output is thrown.
 */
export function endWithReader(stream: NodeJS.WriteStream): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(EXIT.closedPipe);
  });
}

/** Columns padded to the widest cell, two blanks between; no decoration, so that the output can be piped. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const escaped = rows.map((row) => row.map(escapeName));
  const widths = (escaped[0] ?? []).map((_, column) =>
    Math.max(...escaped.map((row) => (row[column] ?? '').length)),
  );
  return escaped.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

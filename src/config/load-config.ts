import { readFile } from 'node:fs/promises';
import { LineCounter, parseDocument, type Document } from 'yaml';
import { BonewatchError } from '../contract/errors.ts';
import { decodeText } from './decode-text.ts';
import { findFaults, type FoundFault } from './checks/find-faults.ts';
import type { Config } from './schema.ts';

/** One fault of a configuration file; `line` counts from 1, 0 if unknown. */
export interface ConfigFault {
  readonly line: number;
  /** Where in the file, such as `wards[0].id`. */
  readonly path: string;
  readonly message: string;
}

type Path = readonly PropertyKey[];

/** A complete and valid configuration, or all its faults. */
export type CheckedConfig =
  | {
      readonly config: Config;
      readonly faults: readonly [];
      /** The place of a key in the file, for what is wrong with its value on this machine. */
      readonly placeOf: (path: Path) => Pick<ConfigFault, 'line' | 'path'>;
    }
  | { readonly config: null; readonly faults: readonly ConfigFault[] };

/** Checks the text of a configuration file; finds all faults at once, each with its line. */
export function checkConfig(text: string): CheckedConfig {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const mistakes = document.errors.map(({ code, message, pos }) => ({
    line: lines.linePos(pos[0]).line,
    path: '',
    message:
      code === 'DUPLICATE_KEY' ? 'This key is set twice.' : `${message.split(' at line ', 1)[0] ?? code}.`,
  }));
  const isReadable = document.errors.every(({ code }) => code === 'DUPLICATE_KEY');
  const { config, faults } = isReadable ? checkValues(document) : { config: null, faults: [] };
  const placeOf = (path: Path): Pick<ConfigFault, 'line' | 'path'> => ({
    line: lineOf(document, lines, path),
    path: written(path),
  });
  if (config !== null && mistakes.length === 0) return { config, faults: [], placeOf };
  const found = faults.map(({ path, message }) => ({ ...placeOf(path), message }));
  return { config: null, faults: [...mistakes, ...found].toSorted((a, b) => a.line - b.line) };
}

function checkValues(document: Document): ReturnType<typeof findFaults> {
  let raw: unknown;
  try {
    raw = document.toJS();
  } catch (error) {
    // An alias without its anchor.
    const message = `${error instanceof Error ? error.message : String(error)}.`;
    return { config: null, faults: [{ path: [], message }] satisfies FoundFault[] };
  }
  return findFaults(raw ?? {});
}

/** Reads a configuration file once. Throws CONFIG_INVALID, its message one line per fault. */
export async function loadConfig(file: string): Promise<Config> {
  const { config, faults } = await readConfig(file);
  if (config) return config;
  throw new BonewatchError('CONFIG_INVALID', faults.map((fault) => formatFault(file, fault)).join('\n'));
}

/** Reads and checks a configuration file. Throws CONFIG_INVALID if it cannot be read. */
export async function readConfig(file: string): Promise<CheckedConfig> {
  const bytes = await readFile(file).catch((cause: unknown) => {
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    throw new BonewatchError('CONFIG_INVALID', `${file} cannot be read (${reason}).`, { cause });
  });
  const decoded = decodeText(bytes);
  if ('text' in decoded) return checkConfig(decoded.text);
  // Editors of Windows save Korean in another encoding, and the wards would get unreadable names.
  const message = 'The file is not in UTF-8: save it in this encoding.';
  return { config: null, faults: [{ line: decoded.foreignLine, path: '', message }] };
}

/** `file:line: path: message`, which editors recognise. */
export function formatFault(file: string, { line, path, message }: ConfigFault): string {
  return [line > 0 ? `${file}:${String(line)}` : file, path, message]
    .filter((part) => part !== '')
    .join(': ');
}

/** The line of the value, or of the nearest enclosing node that is in the file. */
function lineOf(document: Document, lines: LineCounter, path: Path): number {
  for (let length = path.length; length > 0; length -= 1) {
    const offset = offsetOf(document, path.slice(0, length));
    if (offset !== null) return lines.linePos(offset).line;
  }
  return 0;
}

function offsetOf(document: Document, path: Path): number | null {
  const node = document.getIn(path, true);
  const hasRange = typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range);
  return hasRange ? Number((node.range as unknown[])[0]) : null;
}

function written(path: Path): string {
  return path
    .map((part) => (typeof part === 'number' ? `[${String(part)}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '');
}

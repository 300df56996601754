import { CsvError, parse } from 'csv-parse/sync';
import { BonewatchError } from '../../contract/errors.ts';

/** One row of a CSV file by the names in its header. */
export type CsvRow = Readonly<Record<string, string>>;

export interface CsvSource {
  /** For error messages. */
  readonly path: string;
  /** The column that names the image; required in every row. */
  readonly key: string;
}

/**
 * Parses a CSV file with a header (RFC 4180; a byte order mark, spaces around cells and empty lines are ignored).
 * Throws DATASET_INVALID with the line of a row that has no `key`, or more or fewer cells than the header.
 */
export function parseCsv(text: string, { path, key }: CsvSource): readonly CsvRow[] {
  const [header, ...rows] = readRecords(text, path);
  if (header === undefined || !header.cells.includes(key))
    throw invalid(path, `The header has no column ${key}.`);
  return rows.map(({ cells, line }) => {
    if (cells.length !== header.cells.length)
      throw invalid(
        `${path}, line ${line}`,
        `The row has ${cells.length} cells, the header ${header.cells.length}.`,
      );
    const row = Object.fromEntries(header.cells.map((name, index) => [name, cells[index] ?? '']));
    if (row[key] === '') throw invalid(`${path}, line ${line}`, `The cell ${key} is empty.`);
    return row;
  });
}

interface CsvRecord {
  readonly cells: readonly string[];
  /** The last line of the record, from 1. */
  readonly line: number;
}

function readRecords(text: string, path: string): readonly CsvRecord[] {
  try {
    const records = parse(text, {
      bom: true,
      info: true,
      relax_column_count: true,
      trim: true,
      skip_empty_lines: true,
      skip_records_with_empty_values: true,
    }) as unknown as { readonly record: string[]; readonly info: { readonly lines: number } }[];
    return records.map(({ record, info }) => ({ cells: record, line: info.lines }));
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    // Its own message would quote the cell.
    throw invalid(`${path}, line ${String(cause['lines'])}`, 'A quoted cell is malformed.', cause);
  }
}

function invalid(place: string, reason: string, cause?: CsvError): BonewatchError {
  return new BonewatchError('DATASET_INVALID', `${place}: ${reason}`, { cause });
}

/** The rows of a CSV file by the names of its first line; quoted cells may hold commas and doubled quotes. */
export function parseCsv(text: string): readonly Readonly<Record<string, string>>[] {
  const [head, ...rows] = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '')
    .map(cellsOf);
  return rows.map((cells) =>
    Object.fromEntries((head ?? []).map((name, index) => [name, cells[index] ?? ''])),
  );
}

function cellsOf(line: string): readonly string[] {
  return Array.from(line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g), ([, quoted, plain]) =>
    quoted === undefined ? (plain ?? '').trim() : quoted.replaceAll('""', '"'),
  );
}

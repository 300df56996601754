import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Folder of real radiographs next to the checkout; most checkouts have none. */
const SHARED_DATA = fileURLToPath(new URL('../../../shared/data', import.meta.url));

/** A path below the real radiographs; prints a notice and gives null if they are missing. */
export function sharedData(path: string): string | null {
  const full = `${SHARED_DATA}/${path}`;
  if (existsSync(full)) return full;
  console.warn(`skipped: needs ${path} of the real radiographs, which are not part of the project`);
  return null;
}

import type { PathInside } from '../contract/file-source.ts';

/** A complete file, claimed from the ledger for analysis. */
export interface ClaimedFile {
  readonly id: number;
  readonly inbox: string;
  /** Relative to the inbox. */
  readonly path: string;
  readonly sha256: string | null;
  /** When its last byte was written, milliseconds since 1970. */
  readonly mtimeMs: number;
  /** How many times it has been claimed, this time included. */
  readonly attempts: number;
  /** Milliseconds since 1970. */
  readonly discoveredAt: number;
}

/** Where the file of a row is: nothing outside its inbox is ever read in its name. */
export function sourceOf({ inbox, path }: Pick<ClaimedFile, 'inbox' | 'path'>): PathInside {
  return { folder: inbox, path };
}

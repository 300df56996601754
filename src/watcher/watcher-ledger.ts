import type { Inspection } from '../contract/radiograph.ts';
import type { ErrorCode } from '../contract/errors.ts';

/** A file as found in the inbox. */
export interface FoundFile {
  /** Relative to the inbox. */
  readonly path: string;
  readonly sizeBytes: number;
  readonly mtimeMs: number;
  /** When it was put there, renamed or last written; no program can set it. Milliseconds since 1970. */
  readonly ctimeMs?: number;
  /** False for a link, a pipe, a device or a socket, which gets a row and is never opened. */
  readonly isRegular?: false;
}

/** The ledger's row of the current revision of a file. */
export interface KnownFile extends FoundFile {
  readonly id: number;
  readonly status: string;
  /** Its content was read. */
  readonly wasInspected: boolean;
  /** Milliseconds since 1970. */
  readonly retryAt: number | null;
}

/** What the watcher needs from the ledger. Every method may throw STORE_FAILED. */
export interface WatcherLedger {
  known(inbox: string, path: string): KnownFile | undefined;
  /** Rows of files that are not known to be complete. */
  unfinished(inbox: string): KnownFile[];
  /** Writes a row for every new or changed file, before any work on it; returns them in the order of the files. */
  discover(inbox: string, files: readonly FoundFile[], at: number): KnownFile[];
  /** Writes a row with status `not-analysed` for every file that is too old to be analysed. */
  passOver(inbox: string, files: readonly FoundFile[], at: number): void;
  markSettling(id: number, file: Pick<FoundFile, 'sizeBytes' | 'mtimeMs'>): void;
  markReady(id: number, inspection: Inspection): 'ready' | 'duplicate' | 'unchanged';
  markUnreadable(
    id: number,
    reason: { readonly code: ErrorCode; readonly message: string },
    retryAt: number | null,
  ): void;
  markVanished(id: number): void;
}

import type { Inspection } from '../contract/radiograph.ts';
import type { ErrorCode } from '../contract/errors.ts';

/** A file as a look at the folder found it. */
export interface SeenFile {
  /** Relative to the inbox. */
  readonly path: string;
  readonly sizeBytes: number;
  readonly mtimeMs: number;
  /** When it was put there, renamed or written last; no program can set it. Milliseconds since 1970. */
  readonly ctimeMs?: number;
}

/** What the ledger holds of the present revision of a file. */
export interface KnownFile extends SeenFile {
  readonly id: number;
  readonly status: string;
  /** Its content was read once. */
  readonly wasInspected: boolean;
  /** Milliseconds since 1970. */
  readonly retryAt: number | null;
}

/** What the watcher needs of the ledger. Any of it may throw STORE_FAILED. */
export interface WatcherLedger {
  known(inbox: string, path: string): KnownFile | undefined;
  unsettled(inbox: string): KnownFile[];
  /** A row for every file that is new or changed, before any work on it; in the order of the files. */
  discover(inbox: string, files: readonly SeenFile[], at: number): KnownFile[];
  /** A row with that reason, and no work, for every file that is too old to be analysed. */
  passOver(inbox: string, files: readonly SeenFile[], at: number): void;
  markSettling(id: number, file: Pick<SeenFile, 'sizeBytes' | 'mtimeMs'>): void;
  markReady(id: number, inspection: Inspection): 'ready' | 'duplicate' | 'unchanged';
  markUnreadable(
    id: number,
    reason: { readonly code: ErrorCode; readonly message: string },
    retryAt: number | null,
  ): void;
  markVanished(id: number): void;
}

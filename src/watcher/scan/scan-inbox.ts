import type { Clock } from '../../contract/clock.ts';
import type { ArrivalRecorder } from '../arrival-recorder.ts';
import type { FolderConnection } from '../events/connect-folder.ts';
import { notAnswering } from '../inbox-trouble.ts';
import type { HangGuard } from './hang-guard.ts';
import type { walkFolder } from './walk-folder.ts';

interface ScanDeps {
  readonly inbox: string;
  readonly connection: FolderConnection;
  readonly hangGuard: HangGuard;
  readonly walk: typeof walkFolder;
  readonly recorder: ArrivalRecorder;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** A complete comparison of folder and ledger. */
export interface ScanSummary {
  /** Milliseconds since 1970. */
  readonly finishedAt: number;
  readonly files: number;
  readonly tookMs: number;
}

export interface ScanResult extends ScanSummary {
  /** Sub-folders and names that could not be read. */
  readonly unreadable: number;
  /** Files without a row, which events should have reported; empty if events were not watched all the time. */
  readonly unreported: readonly string[];
}

/**
 * Compares an inbox with the ledger once. Null if the signal was aborted meanwhile. Throws INBOX_UNREACHABLE,
 * STORE_FAILED, DISK_FULL and the system's error if the folder cannot be listed.
 */
export async function scanInbox(deps: ScanDeps, lastScan: ScanSummary | null): Promise<ScanResult | null> {
  const { connection, hangGuard, recorder, clock, signal } = deps;
  const startedAt = performance.now();
  const at = clock.now();
  const wasWatched = connection.mode() === 'events' && connection.isTrusted() && lastScan !== null;
  const unreported: string[] = [];
  let files = 0;
  let unreadable = 0;
  await hangGuard.run(() => connection.connect(), notAnswering);
  const isStillWatched = wasWatched && connection.isTrusted();
  const walk = deps.walk(deps.inbox, '', signal);
  for (;;) {
    const { value: batch } = await hangGuard.run(() => walk.next(), notAnswering);
    if (batch === undefined) break;
    const withoutRow = recorder.record(batch.files, at);
    if (isStillWatched) unreported.push(...withoutRow);
    files += batch.files.length;
    unreadable += batch.unreadable;
  }
  if (signal.aborted) return null;
  await hangGuard.run(() => recorder.reconcileUnfinished(), notAnswering);
  const tookMs = performance.now() - startedAt;
  return { finishedAt: clock.now(), files, tookMs, unreadable, unreported };
}

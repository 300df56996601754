/** The worker thread for long work on the database file. */
import { parentPort, workerData } from 'node:worker_threads';
import { checkDatabase, type CheckDepth } from './check-database.ts';
import { copyDatabase } from './recovery/copy-database.ts';
import { openDatabase } from './database.ts';
import type { RetainOptions } from './recovery/retain-copy.ts';
import type { QualityQuestion } from '../../contract/api/quality.ts';
import { readQuality } from '../quality/read-quality.ts';

export type StoreTask =
  | { readonly type: 'checkpoint'; readonly path: string; readonly everyMs: number }
  | { readonly type: 'check'; readonly path: string; readonly depth: CheckDepth }
  | { readonly type: 'quality'; readonly path: string; readonly question: QualityQuestion }
  | ({ readonly type: 'copy'; readonly path: string; readonly to: string } & RetainOptions);

/** A longer write-ahead log is truncated; this blocks the writer for the few pages written meanwhile. */
const LONG_LOG_PAGES = 4000;
const BUSY_TIMEOUT_MS = 2000;

/** Checkpoints the write-ahead log at intervals until it gets the message to stop. */
function runCheckpoints(path: string, everyMs: number): void {
  const database = openDatabase(path, { isReadOnly: false, busyTimeoutMs: BUSY_TIMEOUT_MS });
  const passive = database.prepare<[], { readonly log: number }>('PRAGMA wal_checkpoint(PASSIVE)');
  const restart = database.prepare<[], { readonly log: number }>('PRAGMA wal_checkpoint(RESTART)');
  const timer = setInterval(() => {
    try {
      const pages = passive.get()?.log ?? 0;
      if (pages > LONG_LOG_PAGES) restart.get();
    } catch {
      // Disk full or another writer: the log stays intact, and the next checkpoint moves it.
    }
  }, everyMs);
  parentPort?.once('message', () => {
    clearInterval(timer);
    database[Symbol.dispose]();
    parentPort?.close();
  });
}

const task = workerData as StoreTask;
if (task.type === 'checkpoint') runCheckpoints(task.path, task.everyMs);
if (task.type === 'check') parentPort?.postMessage(checkDatabase(task.path, task.depth));
if (task.type === 'quality') parentPort?.postMessage(readQuality(task.path, task.question));
if (task.type === 'copy') parentPort?.postMessage(copyDatabase(task.path, task.to, task));

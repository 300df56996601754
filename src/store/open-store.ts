import { accessSync, chmodSync, closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Alert } from '../alerts/alert.ts';
import { BonewatchError } from '../errors.ts';
import { createAlertRecords } from './alert-records.ts';
import type { AlertRecords } from './alert-records.ts';
import { createAudit } from './audit.ts';
import type { Audit, AuditEntry } from './audit.ts';
import { createCaseRefs } from './case-refs.ts';
import type { CaseRefs } from './case-refs.ts';
import { openDatabase } from './database.ts';
import type { Database } from './database.ts';
import { createImageList } from './image-list.ts';
import type { ImageList } from './image-list.ts';
import { createLedger } from './ledger.ts';
import type { Ledger } from './ledger.ts';
import { migrate, requireSchema } from './migrate.ts';
import { MIGRATIONS } from './migrations.ts';
import { createOutbox } from './outbox.ts';
import type { Outbox, OutgoingMessage } from './outbox.ts';
import { createResults } from './results.ts';
import type { Results } from './results.ts';

/** The record of everything: one SQLite file. Every method may throw STORE_FAILED. */
export interface Store extends Disposable {
  readonly ledger: Ledger;
  readonly results: Results;
  readonly alerts: Omit<AlertRecords, 'keep'>;
  readonly outbox: Outbox;
  readonly audit: Audit;
  readonly caseRefs: CaseRefs;
  readonly images: ImageList;
  /** The next revision of a stored alert, what it sends and what is audited: all or nothing. */
  recordAlertChange(alert: Alert, outbox: readonly OutgoingMessage[], audit: AuditEntry | null): void;
  /** Takes in an alert of another life of this store, as the first of a study of its own. */
  adoptAlert(alert: Alert, studyKey: string): void;
  /** Reads and writes of `work` as one step that no other process can come between. */
  atomically<Result>(work: () => Result): Result;
  /** Whether another process has written since the last call; costs microseconds. */
  wasChangedElsewhere(): boolean;
  /** What SQLite finds wrong with the file; empty when it is sound. Reads the whole file. */
  integrityCheck(): string[];
}

export interface StoreOptions {
  readonly clock: { now(): number };
  /** For another process that only looks: no file is created, no schema changed. */
  readonly isReadOnly?: boolean;
  readonly busyTimeoutMs?: number;
}

const BUSY_TIMEOUT_MS = 5000;

/**
 * Opens the store, made on first use in a folder that only its owner may enter, and brings its schema up to date.
 * Throws STORE_FAILED, with the cause, when the file cannot be opened or belongs to a newer version.
 */
export function openStore(path: string, options: StoreOptions): Store {
  const { clock, isReadOnly = false, busyTimeoutMs = BUSY_TIMEOUT_MS } = options;
  prepareFile(path, isReadOnly ? 'read' : 'write');
  const database = openDatabase(path, { isReadOnly, busyTimeoutMs });
  try {
    if (isReadOnly) requireSchema(database, MIGRATIONS);
    else migrate(database, MIGRATIONS);
    return createStore(database, () => clock.now());
  } catch (error) {
    database[Symbol.dispose]();
    throw error;
  }
}

function createStore(database: Database, now: () => number): Store {
  const outbox = createOutbox(database, now);
  const alerts = createAlertRecords(database, now);
  const audit = createAudit(database);
  const integrity = database.prepare<[], { readonly integrity_check: string }>('PRAGMA integrity_check');
  let lastVersion = database.pragma('data_version');

  return {
    ledger: createLedger(database, now),
    results: createResults(database, { alerts, outbox, now }),
    alerts,
    outbox,
    audit,
    caseRefs: createCaseRefs(database),
    images: createImageList(database),
    recordAlertChange(alert, messages, entry) {
      database.transact(() => {
        alerts.keep(alert, null);
        outbox.add(messages);
        if (entry !== null) audit.append(entry);
      });
    },
    adoptAlert: (alert, studyKey) => database.transact(() => alerts.keep(alert, studyKey)),
    atomically: (work) => database.transact(work),
    wasChangedElsewhere() {
      const version = database.pragma('data_version');
      const wasChanged = version !== lastVersion;
      lastVersion = version;
      return wasChanged;
    },
    integrityCheck() {
      const lines = integrity.all().map((row) => row.integrity_check);
      return lines.length === 1 && lines[0] === 'ok' ? [] : lines;
    },
    [Symbol.dispose]: () => database[Symbol.dispose](),
  };
}

/** The file with the modes it must have; SQLite gives its side files the mode of the database file. */
function prepareFile(path: string, access: 'read' | 'write'): void {
  try {
    if (access === 'read') {
      accessSync(path);
      return;
    }
    const made = mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    if (made !== undefined) chmodSync(dirname(path), 0o700);
    closeSync(openSync(path, 'a', 0o600));
  } catch (error) {
    throw new BonewatchError('STORE_FAILED', 'The database file cannot be opened.', { cause: error });
  }
}

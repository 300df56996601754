import type { Clock } from '../contract/clock.ts';
import type { Alert } from '../contract/alert.ts';
import type { OutboxMessage } from '../contract/outgoing-message.ts';
import { createAlertRecords } from './alerts/alert-records.ts';
import type { AlertRecords } from './alerts/alert-records.ts';
import { createTimeCorrection, type WrongTimes } from './correct-times.ts';
import { createAudit } from './audit/audit.ts';
import type { Audit } from './audit/audit.ts';
import type { AuditEntry } from '../contract/audit-entry.ts';
import { createAuditSearch } from './audit/audit-search.ts';
import type { AuditSearch } from './audit/audit-search.ts';
import { createCaseRefs } from './alerts/case-refs.ts';
import type { CaseRefs } from './alerts/case-refs.ts';
import { openDatabase } from './database/database.ts';
import type { Database } from './database/database.ts';
import { createDisplays } from './access/displays.ts';
import type { Displays } from './access/displays.ts';
import { createImageList } from './images/image-list.ts';
import type { ImageList } from './images/image-list.ts';
import { createImageSearch } from './images/image-search.ts';
import type { ImageSearch } from './images/image-search.ts';
import { createLedger } from './images/ledger.ts';
import type { Ledger } from './images/ledger.ts';
import { migrate, requireSchema } from './database/migrate.ts';
import { MIGRATIONS } from './database/migrations.ts';
import { createMilestones } from './database/milestones.ts';
import type { Milestones } from './database/milestones.ts';
import { createOutbox } from './alerts/outbox.ts';
import type { Outbox } from './alerts/outbox.ts';
import { prepareFile } from './database/prepare-file.ts';
import { createReruns } from './images/reruns.ts';
import type { Reruns } from './images/reruns.ts';
import { createResults } from './images/results.ts';
import type { Results } from './images/results.ts';
import { createReceipts, type Receipts } from './alerts/receipts.ts';
import { createRetention } from './retention.ts';
import type { Retention } from './retention.ts';
import { createSessions } from './access/sessions.ts';
import type { Sessions } from './access/sessions.ts';
import { createUsers } from './access/users.ts';
import type { Users } from './access/users.ts';
import { createVerdicts } from './images/verdicts.ts';
import type { Verdicts } from './images/verdicts.ts';

/** All durable data, in one SQLite file. Every method may throw STORE_FAILED, every write STORE_LOCKED. */
export interface Store extends Disposable {
  readonly ledger: Ledger;
  readonly results: Results;
  readonly alerts: Omit<AlertRecords, 'save'>;
  readonly outbox: Outbox;
  readonly audit: Audit;
  readonly caseRefs: CaseRefs;
  readonly images: ImageList;
  readonly search: ImageSearch;
  readonly verdicts: Verdicts;
  readonly reruns: Reruns;
  readonly auditSearch: AuditSearch;
  readonly milestones: Milestones;
  readonly receipts: Receipts;
  readonly retention: Retention;
  readonly users: Users;
  readonly sessions: Sessions;
  readonly displays: Displays;
  /** Writes the next revision of a stored alert, its messages and its audit entry in one transaction. */
  recordAlertChange(alert: Alert, outbox: readonly OutboxMessage[], audit: AuditEntry | null): void;
  /** Stores an alert of an earlier store of this device, as the first of a study of its own. */
  adoptAlert(alert: Alert, studyKey: string): void;
  /** Corrects times that were written with a wrong clock; returns how many. */
  correctTimes(wrong: WrongTimes): number;
  /** Runs `work` in one transaction, isolated from other processes. */
  atomically<Result>(work: () => Result): Result;
  /** Whether another process has written since the last call; takes microseconds. */
  wasChangedElsewhere(): boolean;
  /** Whether another connection prevents writes at this moment; never waits. */
  isWriteLocked(): boolean;
  /** The file under the store. */
  readonly file: Pick<Database, 'copyTo' | 'reopen'>;
  /** From now on this connection checkpoints the write-ahead log, because the thread has ended. */
  checkpointHere(): void;
}

export interface StoreOptions {
  readonly clock: Clock;
  /** For another process that only reads: creates no file, changes no schema. */
  readonly isReadOnly?: boolean;
  readonly busyTimeoutMs?: number;
  /** A worker thread checkpoints the write-ahead log. */
  readonly isCheckpointedElsewhere?: boolean;
}

const BUSY_TIMEOUT_MS = 5000;

/**
 * Opens the store, created on first use in a folder that only its owner may enter, and migrates its schema.
 * Throws STORE_FAILED with the cause if the file cannot be opened or belongs to a newer version.
 */
export function openStore(path: string, options: StoreOptions): Store {
  const {
    clock,
    isReadOnly = false,
    busyTimeoutMs = BUSY_TIMEOUT_MS,
    isCheckpointedElsewhere = false,
  } = options;
  prepareFile(path, isReadOnly ? 'read' : 'write');
  const database = openDatabase(path, { isReadOnly, busyTimeoutMs, isCheckpointedElsewhere });
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

  return {
    ledger: createLedger(database, now),
    results: createResults(database, { alerts, outbox, now }),
    alerts,
    outbox,
    audit,
    caseRefs: createCaseRefs(database),
    images: createImageList(database),
    search: createImageSearch(database),
    verdicts: createVerdicts(database),
    reruns: createReruns(database),
    auditSearch: createAuditSearch(database),
    milestones: createMilestones(database),
    receipts: createReceipts(database, now),
    retention: createRetention(database),
    users: createUsers(database, now),
    sessions: createSessions(database, now),
    displays: createDisplays(database, now),
    recordAlertChange(alert, messages, entry) {
      database.transact(() => {
        alerts.save(alert, null);
        outbox.add(messages);
        if (entry !== null) audit.append(entry);
      });
    },
    adoptAlert: (alert, studyKey) => database.transact(() => alerts.save(alert, studyKey)),
    correctTimes: createTimeCorrection(database),
    atomically: (work) => database.transact(work),
    wasChangedElsewhere: createChangeDetector(database),
    isWriteLocked: () => database.isWriteLocked(),
    file: database,
    checkpointHere: () => void database.pragma('wal_autocheckpoint = 1000'),
    [Symbol.dispose]: () => database[Symbol.dispose](),
  };
}

/** Whether another connection has written since the last call. */
function createChangeDetector(database: Database): () => boolean {
  let lastVersion = database.pragma('data_version');
  return () => {
    const version = database.pragma('data_version');
    const wasChanged = version !== lastVersion;
    lastVersion = version;
    return wasChanged;
  };
}

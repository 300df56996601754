import type { Clock } from '../../contract/clock.ts';
import type { Config } from '../../config/schema.ts';
import { BonewatchError } from '../../contract/errors.ts';
import { toClause } from '../../contract/sentence.ts';
import type { Logger } from '../../contract/logger.ts';
import { backupPath } from './backup-path.ts';
import { isDamage } from '../../store/database/sqlite-errors.ts';
import {
  findMissingStore,
  findOtherStore,
  type StoreLoss,
  type StorePaths,
} from '../../store/database/recovery/find-loss.ts';
import { holdStoreLock } from '../../store/database/lock-store.ts';
import {
  openCheckedStore,
  reportDamage,
  type CheckedStore,
  type Replacement,
} from '../../store/database/open-checked-store.ts';
import type { Store } from '../../store/open-store.ts';
import { startAuditHeads, type AuditHeadRecorder } from './record-audit-heads.ts';
import { holdStoreFile, type StoreFile } from './hold-store-file.ts';
import { reportLoss, setLostPartsAside } from './report-loss.ts';
import { openOnceUnlocked } from './wait-for-lock.ts';

/** The store of a daemon: locked, checked, and checkpointed by a thread. */
export interface OpenRecord extends AsyncDisposable {
  readonly store: Store;
  /** When Bonewatch was first started here, milliseconds since 1970. */
  readonly firstStartAt: number;
  /** Ends the daemon if an error means that the file is damaged, so that its next start replaces it; returns whether it does. */
  readonly endIfDamaged: (error: BonewatchError) => boolean;
  /** Ends the daemon; its next start replaces the file. */
  readonly markDamaged: (problem: string) => void;
  /** Records the head of the audit log in the journal and next to the database. */
  readonly recordHead: AuditHeadRecorder['record'];
  readonly file: Pick<StoreFile, 'inspect' | 'writeBack'>;
  /** Rejects when the file is found to be damaged. */
  readonly broken: Promise<never>;
}

export interface RecordDeps {
  readonly clock: Clock;
  readonly log: Logger;
}

/** SQLite blocks the main thread while it waits, and pages and /health with it. Own writers hold the lock for less. */
const BUSY_TIMEOUT_MS = 250;

/** Opens the daemon's store. Throws STORE_IN_USE if another daemon has opened it, STORE_FAILED. */
export async function openRecord(config: Config['store'], options: RecordDeps): Promise<OpenRecord> {
  const { clock, log } = options;
  const { path } = config;
  await using opened = new AsyncDisposableStack();
  const lock = opened.use(holdStoreLock(path));
  const paths = { path, backup: backupPath(config) };
  const missing = findMissingStore(paths);
  if (missing !== null) setLostPartsAside({ ...options, path });
  const { store, replacement, lateProblem } = await openOnceUnlocked(() => openWritable(config, clock), {
    path,
    log,
  });
  opened.use(store);
  const heads = opened.use(recordHeads(store, replacement, { ...options, ...paths, missing }));
  const file = opened.use(holdStoreFile({ path, store, lock, clock, log }));
  const { markDamaged, broken } = createDamageReport(path);
  void lateProblem.then(markDamaged);
  const running = opened.move();

  return {
    store,
    firstStartAt: store.milestones.recordOnce('first-start', clock.now()),
    endIfDamaged(error) {
      if (!isDamage(error)) return false;
      markDamaged(error.message);
      return true;
    },
    markDamaged,
    recordHead: heads.record,
    file,
    broken,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

function createDamageReport(path: string): Pick<OpenRecord, 'markDamaged' | 'broken'> {
  const { promise: broken, reject } = Promise.withResolvers<never>();
  broken.catch(() => undefined);
  return {
    broken,
    markDamaged(problem) {
      reportDamage(path, problem);
      reject(new BonewatchError('STORE_DAMAGED', `The database is corrupt: ${toClause(problem)}.`));
    },
  };
}

/** Starts recording the heads of the audit log: first of a database that replaces or does not continue the last one. */
function recordHeads(
  store: Store,
  replacement: Replacement | null,
  options: RecordDeps & StorePaths & { readonly missing: StoreLoss | null },
): AuditHeadRecorder {
  const base = store.audit.head().count;
  if (replacement) reportReplacement(store, replacement, options);
  const loss = replacement ? null : (options.missing ?? findOtherStore(options, store.audit));
  if (loss) reportLoss(store, loss, options);
  const heads = startAuditHeads({ ...options, store });
  if (replacement) heads.record('restore', base);
  else heads.record(loss ? 'lost' : 'start');
  return heads;
}

/** A checked store that can be written at this moment. Throws STORE_LOCKED, STORE_FAILED. */
async function openWritable(config: Config['store'], clock: Clock): Promise<CheckedStore> {
  const checked = await openCheckedStore(config.path, {
    clock,
    backup: backupPath(config),
    busyTimeoutMs: BUSY_TIMEOUT_MS,
    isCheckpointedElsewhere: true,
  });
  try {
    checked.store.atomically(() => undefined);
    return checked;
  } catch (error) {
    checked.store[Symbol.dispose]();
    throw error;
  }
}

/** Logs and audits the quarantine, in the database that replaces the damaged one. */
function reportReplacement(
  { audit }: Store,
  { quarantinedPath, problem, isFromBackup }: Replacement,
  { clock, log }: RecordDeps,
): void {
  log.error(
    { code: 'STORE_REPLACED', quarantinedPath, problem, isFromBackup },
    'damaged database quarantined',
  );
  const at = new Date(clock.now()).toISOString();
  const detail = { isFromBackup, problem };
  audit.append({ at, kind: 'store-replace', actor: 'bonewatch', subject: 'store', detail });
}

import type { Clock } from '../../contract/clock.ts';
import { isBonewatchError } from '../../contract/errors.ts';
import type { Logger } from '../../contract/logger.ts';
import {
  identifyFiles,
  type FileState,
  type IdentifiedFiles,
} from '../../store/database/recovery/file-identity.ts';
import type { StoreLock } from '../../store/database/lock-store.ts';
import { startCheckpoints } from '../../store/database/run-store-task.ts';
import { writeNote } from '../../store/database/recovery/store-notes.ts';
import { writeBack } from '../../store/database/recovery/write-back.ts';
import type { Store } from '../../store/open-store.ts';

export interface StoreFileDeps {
  readonly path: string;
  readonly store: Store;
  readonly lock: Pick<StoreLock, 'renew'>;
  readonly clock: Clock;
  readonly log: Logger;
}

/** The open file of the daemon's store; disposing writes it back if it was lost, so that a stop loses nothing either. */
export interface StoreFile extends AsyncDisposable {
  inspect(): Promise<FileState>;
  /** Gives a lost file its place back, with all its data. Throws STORE_FAILED; all data stays in the open file then. */
  writeBack(): Promise<void>;
}

/** Checkpoints the file of a store in a thread, and restores its place when it is lost. */
export function holdStoreFile(deps: StoreFileDeps): StoreFile {
  const { path } = deps;
  let files = identifyFiles(path);
  let checkpoints: AsyncDisposable | null = checkpointsOf(deps);

  async function exchange(): Promise<void> {
    // The thread has the lost file open too.
    await checkpoints?.[Symbol.asyncDispose]();
    checkpoints = null;
    try {
      await writeBackWithNote(deps, files);
      files = identifyFiles(path);
    } finally {
      checkpoints = checkpointsOf(deps);
    }
  }

  return {
    inspect: () => files.inspect(),
    writeBack: exchange,
    async [Symbol.asyncDispose]() {
      const state = await files.inspect().catch(() => 'own' as const);
      if (state === 'lost') await exchange().catch((error: unknown) => logFailure(deps, error));
      await checkpoints?.[Symbol.asyncDispose]();
    },
  };
}

async function writeBackWithNote(
  { path, store, lock, clock, log }: StoreFileDeps,
  files: IdentifiedFiles,
): Promise<void> {
  const now = clock.now();
  const foundPath = await writeBack(store, path, { files, now });
  const at = new Date(now).toISOString();
  const found = foundPath === null ? '' : ` The file that was in its place is now ${foundPath}.`;
  const text = `${at}: ${path} was deleted, renamed or replaced while the service ran. It was written back with all data.${found} Delete this note to clear the alarm.`;
  const note = writeNote(path, 'written-back', { now, text });
  log.error({ code: 'STORE_WRITTEN_BACK', path, foundPath, note }, 'lost database file written back');
  const detail = { found: foundPath !== null };
  store.audit.append({ at, kind: 'store-written-back', actor: 'bonewatch', subject: 'store', detail });
  lock.renew();
}

function checkpointsOf({ path, store, log }: StoreFileDeps): AsyncDisposable {
  return startCheckpoints(path, () => {
    log.warn('the checkpoint thread of the database ended');
    store.checkpointHere();
  });
}

function logFailure({ path, log }: StoreFileDeps, error: unknown): void {
  if (!isBonewatchError(error)) throw error;
  log.error({ code: error.code, reason: error.message, path }, 'lost database file not written back');
}

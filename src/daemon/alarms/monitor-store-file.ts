import { isBonewatchError } from '../../contract/errors.ts';
import type { Logger } from '../../contract/logger.ts';
import type { StoreFile } from '../record/hold-store-file.ts';
import type { OpenRecord } from '../record/open-record.ts';
import type { TechnicalAlarms } from './technical-alarms.ts';

export interface StoreFileMonitorDeps {
  readonly path: string;
  readonly record: Pick<OpenRecord, 'markDamaged'> & {
    readonly file: Pick<StoreFile, 'inspect' | 'writeBack'>;
  };
  readonly alarms: Pick<TechnicalAlarms, 'raise' | 'clear'>;
  /** The file was written back; a note next to it holds the alarm about that. */
  readonly onWrittenBack: () => void;
  readonly log: Pick<Logger, 'warn'>;
}

const POLL_MS = 1000;
const RETRY_MS = 5000;

/**
 * Raises STORE_DELETED within a second after the file of the open database has lost its name, and writes it back, again
 * and again until that succeeds.
 */
export function monitorStoreFile(deps: StoreFileMonitorDeps): AsyncDisposable {
  let working: Promise<void> | null = null;
  let notBeforeMs = 0;

  function poll(): void {
    if (performance.now() < notBeforeMs) return;
    working ??= inspect(deps)
      .then((isDone) => {
        if (!isDone) notBeforeMs = performance.now() + RETRY_MS;
      })
      .finally(() => {
        working = null;
      });
  }

  const timer = setInterval(poll, POLL_MS);
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await working;
    },
  };
}

/** False if the file could not be read or written back, and is tried again later. */
async function inspect(deps: StoreFileMonitorDeps): Promise<boolean> {
  const { path, record, alarms, log } = deps;
  const state = await record.file.inspect().catch(() => null);
  if (state === null) return false;
  if (state === 'own') return true;
  if (state === 'truncated') {
    record.markDamaged(`another program has shortened ${path}.`);
    return true;
  }
  alarms.raise('STORE_DELETED', path);
  try {
    await record.file.writeBack();
  } catch (error) {
    if (!isBonewatchError(error)) throw error;
    log.warn({ code: error.code, reason: error.message, path }, 'lost database file not written back');
    return false;
  }
  deps.onWrittenBack();
  alarms.clear('STORE_DELETED');
  return true;
}

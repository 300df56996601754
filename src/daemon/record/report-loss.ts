import type { Clock } from '../../contract/clock.ts';
import type { Logger } from '../../contract/logger.ts';
import type { StoreLoss } from '../../store/database/recovery/find-loss.ts';
import { quarantineDatabase } from '../../store/database/recovery/quarantine-database.ts';
import { writeNote } from '../../store/database/recovery/store-notes.ts';
import type { Store } from '../../store/open-store.ts';

export interface LossDeps {
  readonly path: string;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'error'>;
}

/** Images from this long before the last sign of the lost database are analysed again: better twice than never. */
const OVERLAP_MS = 24 * 60 * 60_000;

/** Clears the place for a new database: side files of the lost one may hold its newest data, and SQLite would delete them. */
export function setLostPartsAside({ path, clock }: LossDeps): void {
  quarantineDatabase(path, 'lost', clock.now());
}

/**
 * Reports a lost database: in the journal and in a note next to it, both with the copy and the command that restores it,
 * and in the audit log of the database that the service continues with.
 */
export function reportLoss(store: Store, loss: StoreLoss, { path, clock, log }: LossDeps): void {
  const { kind, copy, lastHead, lastSeenAt } = loss;
  const now = clock.now();
  // A new database would otherwise take every image before this moment for older than itself.
  if (kind === 'missing' && lastSeenAt !== null)
    store.milestones.recordOnce('first-start', Math.min(now, lastSeenAt - OVERLAP_MS));
  const at = new Date(now).toISOString();
  const text = `${at}: ${describeLoss(loss, path)}`;
  const note = writeNote(path, 'lost', { now, text });
  log.error({ code: 'STORE_LOST', path, kind, copy, note, restore: restoreCommand(copy) }, 'database lost');
  const detail = { kind, rows: lastHead?.count ?? null, hasCopy: copy !== null };
  store.audit.append({ at, kind: 'store-lost', actor: 'bonewatch', subject: 'store', detail });
}

/** What happened, and how to get the data back. */
export function describeLoss({ kind, copy, lastHead }: StoreLoss, path: string): string {
  const what =
    kind === 'missing'
      ? `The database ${path} was missing, on a device that was started before.`
      : `The database ${path} is not the one of the last stop: it is older, or another one.`;
  const record = lastHead === null ? '' : ` The lost one had ${lastHead.count} audit rows at ${lastHead.at}.`;
  const restore =
    copy === null
      ? ' No copy was found next to it: fetch the last one from where the hospital stores it.'
      : ` The last copy is ${copy}. To restore it, stop the service and run: ${restoreCommand(copy)}`;
  return `${what}${record}${restore}`;
}

function restoreCommand(copy: string | null): string {
  return `bonewatch db restore ${copy ?? 'FILE'}`;
}

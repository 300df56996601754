import { statSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { Config } from '../../../config/schema.ts';
import { backupPath } from '../../../daemon/record/backup-path.ts';
import { describeLoss } from '../../../daemon/record/report-loss.ts';
import type { Check, CheckOutcome } from '../../../health/check.ts';
import { findMissingStore } from '../../../store/database/recovery/find-loss.ts';
import { findLockHolder } from '../../../store/database/lock-holder.ts';
import { readNote, notesOf } from '../../../store/database/recovery/store-notes.ts';
import { retainedCopies } from '../../../store/database/recovery/retain-copy.ts';

/** The service holds the lock for milliseconds: a program that holds it this often holds it all the time. */
const LOCK_SAMPLES = 4;
const LOCK_SAMPLE_MS = 300;

/** Checks whether the database is the one that this device had, whole and not locked. */
export function recordChecks({ store }: Pick<Config, 'store'>): Check[] {
  return [{ name: 'database', run: () => checkDatabase(store) }];
}

async function checkDatabase(store: Config['store']): Promise<CheckOutcome> {
  const { path } = store;
  const missing = findMissingStore({ path, backup: backupPath(store) });
  if (missing !== null) return { state: 'failed', message: describeLoss(missing, path) };
  const [lost] = notesOf(path, 'lost').toReversed();
  if (lost !== undefined) return { state: 'failed', message: `${readNote(lost)} (${lost})` };
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? null;
  if (size === null) return { state: 'ok', message: `${path} does not exist yet.` };
  const holder = await findPermanentHolder(path);
  if (holder !== null)
    return {
      state: 'failed',
      message: `${path} is locked by ${holder}. End that program; the service waits for it.`,
    };
  const [writtenBack] = notesOf(path, 'written-back').toReversed();
  if (writtenBack !== undefined)
    return { state: 'degraded', message: `${readNote(writtenBack)} (${writtenBack})` };
  const [retained] = retainedCopies(backupPath(store));
  if (retained !== undefined)
    return {
      state: 'degraded',
      message: `${retained} holds more than a later copy of the database. Compare them, then move it away.`,
    };
  return { state: 'ok', message: `${path}: ${Math.ceil(size / 1024 ** 2)} MB, not locked.` };
}

/** The program that holds the write lock at every look; null if it is free in between. */
async function findPermanentHolder(path: string): Promise<string | null> {
  let holder = await findLockHolder(path);
  for (let sample = 1; sample < LOCK_SAMPLES && holder !== null; sample += 1) {
    await delay(LOCK_SAMPLE_MS);
    if ((await findLockHolder(path)) !== holder) holder = null;
  }
  return holder;
}

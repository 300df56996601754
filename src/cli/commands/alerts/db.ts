import { rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { BonewatchError } from '../../../contract/errors.ts';
import { appendHead } from '../../../store/audit/head-file.ts';
import { openStore } from '../../../store/open-store.ts';
import { auditFromTerminal } from './audit-from-terminal.ts';
import { restoreStore } from '../../../store/database/recovery/restore-store.ts';
import { notesOf } from '../../../store/database/recovery/store-notes.ts';
import { backUpStore, checkInThread } from '../../../store/database/run-store-task.ts';
import { newerThanRetention } from '../../../daemon/record/retention-cutoffs.ts';
import { storePathOf, storeSettingsOf } from '../../store-path.ts';
import { EXIT, print } from '../../terminal.ts';

interface DbOptions {
  readonly config?: string;
}

/**
 * `db check`: checks the whole database, also while the daemon runs, or a copy of it; exit 1 with every fault if it
 * is damaged.
 */
export async function checkDb(file: string | undefined, { config }: DbOptions): Promise<number> {
  const path = file === undefined ? await storePathOf(config) : resolve(file);
  const problems = await checkInThread(path, 'full');
  for (const problem of problems) print(problem);
  print(problems.length === 0 ? `${path}: sound` : `${path}: damaged`);
  return problems.length === 0 ? EXIT.ok : EXIT.failed;
}

/** `db backup`: a consistent, checked copy, also while the daemon runs. */
export async function backUpDb(file: string, { config }: DbOptions): Promise<number> {
  const { path, retention } = await storeSettingsOf(config);
  const to = resolve(file);
  if (to === resolve(path)) throw new BonewatchError('STORE_FAILED', 'A copy cannot be its own original.');
  const now = Date.now();
  const retained = await backUpStore(path, to, { now, since: newerThanRetention(retention, now) });
  print(`${path}: copied to ${to}`);
  if (retained !== null)
    print(`The copy that was there holds more than the database. It is now ${retained}.`);
  return EXIT.ok;
}

/**
 * `db restore`: a copy replaces the database, which is renamed; refused while the service runs. The restored database
 * audits it, and the heads recorded next to it show `audit verify` which rows belonged to the replaced one.
 */
export async function restoreDb(file: string, { config }: DbOptions): Promise<number> {
  const path = await storePathOf(config);
  const aside = restoreStore(resolve(file), path, Date.now());
  recordRestore(path);
  for (const note of notesOf(path, 'lost')) rmSync(note);
  print(`${path}: restored from ${resolve(file)}`);
  if (aside !== null) print(`The previous database is now ${aside}.`);
  return EXIT.ok;
}

function recordRestore(path: string): void {
  using store = openStore(path, { clock: Date });
  const { count: base } = store.audit.head();
  auditFromTerminal(store.audit, { kind: 'store-restore', subject: 'store', detail: { rows: base } });
  appendHead(path, { at: new Date().toISOString(), ...store.audit.head(), event: 'restore', base });
}

/** `db accept-clock`: a person confirms that the clock is right; a running service notices within a second. */
export async function acceptClock({ config }: DbOptions): Promise<number> {
  const path = await storePathOf(config);
  using store = openStore(path, { clock: Date });
  const now = Date.now();
  store.atomically(() => {
    store.milestones.record('clock-plausible-at', now);
    store.milestones.record('clock-plausible-since', null);
    store.milestones.record('clock-implausible-since', null);
    auditFromTerminal(store.audit, { kind: 'clock-accepted', subject: 'clock', detail: {} });
  });
  print(`${new Date(now).toISOString()} is accepted as the time. Records expire again after a day.`);
  return EXIT.ok;
}

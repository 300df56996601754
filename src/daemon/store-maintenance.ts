import type { Clock } from '../contract/clock.ts';
import { statSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { Config } from '../config/schema.ts';
import { isBonewatchError } from '../contract/errors.ts';
import type { Logger } from '../contract/logger.ts';
import { backupPath } from './record/backup-path.ts';
import type { OpenRecord } from './record/open-record.ts';
import type { ClockGuard } from './alarms/monitor-clock.ts';
import type { DiskMonitor } from './alarms/monitor-disk.ts';
import { backUpStore, checkInThread } from '../store/database/run-store-task.ts';
import type { Store } from '../store/open-store.ts';
import { newerThanRetention, retentionCutoffs } from './record/retention-cutoffs.ts';
import { raiseStoreNotices } from './alarms/store-notices.ts';
import type { TechnicalAlarms } from './alarms/technical-alarms.ts';
import type { ReportTrouble } from './alarms/trouble-reporter.ts';
import { inspectPath } from '../watcher/inspect-path.ts';

export interface StoreMaintenanceDeps {
  readonly config: Config;
  readonly record: OpenRecord;
  readonly alarms: Pick<TechnicalAlarms, 'raise' | 'clear'>;
  readonly disk: Pick<DiskMonitor, 'onChange'>;
  readonly reportTrouble: ReportTrouble;
  readonly clock: Clock;
  readonly clockGuard: Pick<ClockGuard, 'isPlausible' | 'isTrusted'>;
  readonly log: Logger;
}

const HOUR_MS = 60 * 60_000;
const DAY_MS = 24 * HOUR_MS;
const POLL_MS = 60_000;
/** Pause between two batches of ledger rows, so that images come first. */
const REST_MS = 10;
const NIGHT = { fromHour: 2, toHour: 5 };

/**
 * Every night, or as soon as possible after a missed one: checks the whole database, copies it, and removes expired rows.
 * A failure is reported, and retried after an hour. While the clock cannot be right, it is done once a day of uptime.
 * Raises the alarms of the files next to the store.
 */
export function startStoreMaintenance(deps: StoreMaintenanceDeps): AsyncDisposable {
  const { record, disk, reportTrouble } = deps;
  const stopping = new AbortController();
  const startedMs = performance.now();
  let working: Promise<void> | null = null;
  let notBeforeMs = 0;
  let doneMs = startedMs;

  function begin(work: (signal: AbortSignal) => Promise<void>): void {
    working ??= work(stopping.signal)
      .catch((error: unknown) => {
        if (stopping.signal.aborted) return;
        if (!isBonewatchError(error)) throw error;
        notBeforeMs = performance.now() + HOUR_MS;
        reportTrouble('nightly maintenance', error);
      })
      .finally(() => {
        working = null;
      });
  }

  function beginIfDue(): void {
    raiseStoreNotices(deps.config.store, deps.alarms);
    if (performance.now() < notBeforeMs || !isDue(deps, { startedMs, doneMs })) return;
    begin(async (signal) => {
      await maintain(deps, signal);
      doneMs = performance.now();
    });
  }

  beginIfDue();
  const timer = setInterval(beginIfDue, POLL_MS);
  disk.onChange(({ isLow }) => {
    if (isLow) begin((signal) => removeExpired({ ...deps, store: record.store }, signal));
  });
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      stopping.abort();
      await working;
    },
  };
}

/** While the clock cannot be right, the night and the age of the copy are unknown. */
function isDue(
  { config, clock, clockGuard }: StoreMaintenanceDeps,
  { startedMs, doneMs }: { readonly startedMs: number; readonly doneMs: number },
): boolean {
  if (!clockGuard.isPlausible()) return performance.now() - doneMs > DAY_MS;
  const copiedAt = modifiedAt(backupPath(config.store));
  const upMs = performance.now() - startedMs;
  return isNightlyDue(clock.now(), { copiedAt, upMs, timeZone: config.site.timezone });
}

/** Checks, copies and cleans up the database. */
async function maintain(deps: StoreMaintenanceDeps, signal: AbortSignal): Promise<void> {
  const { config, record, reportTrouble } = deps;
  const [problem] = await checkInThread(config.store.path, 'full', signal);
  if (problem !== undefined) {
    record.markDamaged(problem);
    return;
  }
  await copyStore(deps, signal);
  record.recordHead('night');
  await removeExpired({ ...deps, store: record.store }, signal);
  reportTrouble('nightly maintenance', null);
}

/** Copies the database. A copy that holds more than the database is retained, which raises an alarm. */
async function copyStore(
  { config, alarms, clock, log }: StoreMaintenanceDeps,
  signal: AbortSignal,
): Promise<void> {
  const { path, retention } = config.store;
  const backup = backupPath(config.store);
  const now = clock.now();
  const since = newerThanRetention(retention, now);
  const retained = await backUpStore(path, backup, { now, since, signal });
  log.info({ backup }, 'database checked and copied');
  if (retained === null) return;
  log.error(
    { code: 'STORE_COPY_RETAINED', backup, retained },
    'the previous copy holds more and was retained',
  );
  raiseStoreNotices(config.store, alarms);
}

/** Whether the nightly work is due: once a day at night, by day only after a missed night. */
export function isNightlyDue(
  now: number,
  { copiedAt, upMs, timeZone }: { copiedAt: number | null; upMs: number; timeZone: string },
): boolean {
  if (copiedAt === null) return upMs > HOUR_MS / 6;
  const ageMs = now - copiedAt;
  // A copy from the future was made before the clock was set back.
  if (ageMs < -HOUR_MS || ageMs > 1.5 * DAY_MS) return true;
  const hour = Number(new Intl.DateTimeFormat('en-GB', { timeZone, hour: 'numeric' }).format(now));
  return ageMs > 0.8 * DAY_MS && hour >= NIGHT.fromHour && hour < NIGHT.toHour;
}

/** Removes expired rows in short batches; none before the clock has been plausible for a day. */
export async function removeExpired(
  {
    config,
    store,
    clock,
    clockGuard,
    log,
  }: Pick<StoreMaintenanceDeps, 'config' | 'clock' | 'clockGuard' | 'log'> & { readonly store: Store },
  signal: AbortSignal,
): Promise<void> {
  if (!clockGuard.isTrusted()) {
    log.info('no record is removed before the clock has been plausible for a day');
    return;
  }
  const { retention } = store;
  const cutoffs = retentionCutoffs(config.store.retention, clock.now());
  let removed = 0;
  for (let afterId = 0; !signal.aborted;) {
    const { files, lastId } = retention.expired(cutoffs, afterId);
    if (lastId === null) break;
    afterId = lastId;
    const inspected = await Promise.all(
      files.map(async (file) => ({ file, state: await inspectPath(file.inbox, file.path) })),
    );
    // Retains the row of a file that may still exist or whose folder is unreachable: otherwise it would be analysed again.
    const gone = inspected.filter(({ state }) => state === 'gone').map(({ file }) => file);
    const left = inspected.filter(({ state }) => state !== 'gone').map(({ file }) => file);
    if (gone.length > 0) removed += retention.removeFiles(gone);
    if (left.length > 0) retention.removeResults(left);
    await delay(REST_MS, undefined, { signal }).catch(() => undefined);
  }
  const alerts = retention.removeAlerts(cutoffs.fracture);
  if (removed + alerts > 0) log.info({ removed, alerts }, 'expired rows removed');
}

function modifiedAt(path: string): number | null {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? null;
}

import type { Config } from '../../config/schema.ts';
import { isStoreFailure } from '../../contract/errors.ts';
import { pipelineProgress, type Progress } from '../../health/pipeline-progress.ts';
import type { Store } from '../../store/open-store.ts';
import type { DiskMonitor } from '../alarms/monitor-disk.ts';
import type { TechnicalAlarms } from '../alarms/technical-alarms.ts';
import type { Intake } from '../open-intake.ts';
import type { Part } from '../part.ts';

export interface ProgressMonitorDeps {
  readonly config: Pick<Config, 'inboxes'>;
  readonly store: Pick<Store, 'ledger'>;
  readonly analysis: Pick<Part<unknown>, 'state'>;
  readonly intake: Pick<Part<Intake>, 'state'>;
  readonly disk: Pick<DiskMonitor, 'state'>;
  readonly alarms: Pick<TechnicalAlarms, 'active'>;
}

export interface ProgressMonitor {
  read(): Progress;
}

const MAX_STALL_MS = 3 * 60_000;
const MAX_MISSED_RESCANS = 5;

/**
 * Whether images make progress. Times are from `performance.now()`: setting the clock must not hide or fake a standstill.
 * Images that wait for the models, for a database that another program has locked, or for the first comparison of the
 * inboxes, do not count as a standstill.
 */
export function createProgressMonitor(deps: ProgressMonitorDeps): ProgressMonitor {
  const { config, store, analysis, intake, disk, alarms } = deps;
  const startedMs = performance.now();
  const rescanSilentAfterMs = Math.max(
    MAX_STALL_MS,
    ...config.inboxes.map(({ rescanSeconds }) => rescanSeconds * 1000 * MAX_MISSED_RESCANS),
  );
  let waitingSinceMs: number | null = null;
  return {
    read() {
      const part = intake.state();
      const models = analysis.state();
      const nowMs = performance.now();
      // A restart would not release the lock of another program, and the pages would be gone.
      const isLocked = alarms.active().includes('STORE_LOCKED');
      const isWorkable = models.state === 'up' && !disk.state().isFull && !isLocked;
      waitingSinceMs = isWorkable && isAnyWaiting(store) ? (waitingSinceMs ?? nowMs) : null;
      if (part.state !== 'up') return { isMoving: true, message: part.reason };
      const { watcher, pipeline, hasScanned } = part.value;
      if (!hasScanned())
        return { isMoving: true, message: 'The inboxes are being scanned for the first time.' };
      const scans = watcher.state().inboxes.flatMap(({ lastTriedMs }) => lastTriedMs ?? []);
      const facts = {
        startedMs,
        oldestWaitingMs: waitingSinceMs,
        lastFinishedMs: pipeline.lastFinishedMs(),
        lastRescanMs: scans.length === 0 ? null : Math.max(...scans),
      };
      const progress = pipelineProgress(facts, { stalledAfterMs: MAX_STALL_MS, rescanSilentAfterMs }, nowMs);
      if (models.state === 'up' || !progress.isMoving) return progress;
      return { isMoving: true, message: `Images wait: ${models.reason}` };
    },
  };
}

/** An unreadable store raises its own alarm and does not count as a standstill. */
function isAnyWaiting({ ledger }: Pick<Store, 'ledger'>): boolean {
  try {
    return ledger.oldestWaitingAt() !== null;
  } catch (error) {
    if (isStoreFailure(error)) return false;
    throw error;
  }
}

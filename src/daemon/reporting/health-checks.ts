import type { Check, CheckOutcome } from '../../health/check.ts';
import { ERROR_CODES, type ErrorCode } from '../../contract/errors.ts';
import { evaluateDiskSpace, type DiskLimits } from '../../health/disk-guard.ts';
import { describeProviders } from '../../inference/providers/describe-providers.ts';
import type { Store } from '../../store/open-store.ts';
import type { AnalysisStatus, DaemonStatus, IntakeStatus, StatusSource } from '../status.ts';

export interface HealthCheckDeps {
  readonly status: StatusSource;
  readonly store: Store;
  readonly diskLimits: DiskLimits;
}

/** The checks of `/ready`: everything that the analysis of an image requires. */
export function readinessChecks({ status, store }: HealthCheckDeps): Check[] {
  return [
    { name: 'model', run: () => modelCheck(status.read().analysis) },
    { name: 'inboxes', run: () => inboxCheck(status.read().intake) },
    { name: 'store', run: () => storeCheck(status.read(), store) },
  ];
}

/** The checks of `/health`: those of `/ready`, and whether results reach the wards. */
export function healthChecks(deps: HealthCheckDeps): Check[] {
  const { status, store, diskLimits } = deps;
  return [
    ...readinessChecks(deps),
    { name: 'pipeline', run: () => pipelineCheck(status.read()) },
    { name: 'broker', run: () => brokerCheck(status.read(), store) },
    { name: 'alarms', run: () => alarmCheck(status.read()) },
    { name: 'disk', run: () => diskCheck(status.read(), diskLimits) },
  ];
}

function modelCheck(analysis: AnalysisStatus): CheckOutcome {
  const { providers } = analysis;
  if (analysis.state !== 'up') {
    const build = providers?.build ? ` It is ${describeProviders(providers, performance.now())}.` : '';
    return { state: 'failed', message: `${analysis.reason}${build}` };
  }
  const { level, serving, reason } = analysis.providers;
  const models = analysis.models.map(({ name, version }) => `${name} ${version}`).join(', ');
  const because = reason === null ? '' : ` (${reason})`;
  if (level === 'starting') return { state: 'degraded', message: `${models}: restarting.` };
  if (serving === null) return { state: 'failed', message: `${models} on nothing${because}.` };
  return { state: level === 'degraded' ? 'degraded' : 'ok', message: `${models} on ${serving}${because}.` };
}

/** Lost events are made up for by polling; the database and the disk have their own checks. */
function isOfTheFolder(code: ErrorCode): boolean {
  const about = ERROR_CODES[code].alarm?.about ?? 'inbox';
  return code !== 'INBOX_EVENTS_LOST' && about === 'inbox';
}

function inboxCheck(intake: IntakeStatus): CheckOutcome {
  if (intake.state !== 'up') return { state: 'failed', message: intake.reason };
  const { inboxes, hasScanned } = intake;
  if (!hasScanned) return { state: 'failed', message: 'The inboxes are being scanned for the first time.' };
  const unreachable = inboxes.filter(({ trouble }) => trouble !== null && isOfTheFolder(trouble.code));
  const polled = inboxes.filter(({ trouble }) => trouble?.code === 'INBOX_EVENTS_LOST').length;
  if (unreachable.length === 0 && polled > 0)
    return { state: 'degraded', message: `${polled} of ${inboxes.length} send no events and are polled.` };
  if (unreachable.length === 0) return { state: 'ok', message: `${inboxes.length} watched.` };
  const message = `${unreachable.length} of ${inboxes.length} cannot be reached.`;
  return { state: unreachable.length === inboxes.length ? 'failed' : 'degraded', message };
}

function storeCheck({ alarms }: DaemonStatus, store: Store): CheckOutcome {
  // Writes into a file without a name succeed, and are lost when the process ends.
  if (alarms.some(({ code }) => code === 'STORE_DELETED')) {
    const { meaning, hint } = ERROR_CODES.STORE_DELETED;
    return { state: 'failed', message: `${meaning} ${hint}` };
  }
  store.atomically(() => store.outbox.pruneDelivered(0));
  return { state: 'ok', message: 'The database can be written.' };
}

function pipelineCheck({ progress: { isMoving, message } }: DaemonStatus): CheckOutcome {
  return { state: isMoving ? 'ok' : 'failed', message };
}

function alarmCheck({ alarms }: DaemonStatus): CheckOutcome {
  if (alarms.length === 0) return { state: 'ok', message: 'No active alarms.' };
  return { state: 'degraded', message: `${alarms.map(({ code }) => code).join(', ')}.` };
}

function diskCheck({ disk: { space } }: DaemonStatus, limits: DiskLimits): CheckOutcome {
  if (space === null) return { state: 'failed', message: 'The free space of the disk cannot be read.' };
  return evaluateDiskSpace(space, limits);
}

function brokerCheck({ broker }: DaemonStatus, store: Store): CheckOutcome {
  const waiting = store.outbox.pendingCount();
  if (broker.state === 'up') return { state: 'ok', message: `Connected, ${waiting} messages in the outbox.` };
  return { state: 'failed', message: `${broker.reason} ${waiting} messages are waiting.` };
}

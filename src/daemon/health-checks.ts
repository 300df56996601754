import type { Check, CheckOutcome } from '../health/check.ts';
import { describeProviders } from '../inference/providers/describe-providers.ts';
import type { Progress } from '../health/pipeline-progress.ts';
import type { LiveParts } from './live-parts.ts';
import type { Store } from '../store/open-store.ts';
import type { TechnicalAlarms } from './alarms/technical-alarms.ts';

/** What is asked when somebody asks how the daemon is. */
export interface HealthCheckDeps {
  readonly store: Store;
  readonly live: LiveParts;
  readonly disk: Check;
  readonly alarms: Pick<TechnicalAlarms, 'active'>;
  readonly progress: () => Progress;
}

/** The checks of `/ready`: everything without which an image would not be analysed. */
export function readinessChecks(parts: HealthCheckDeps): Check[] {
  return [
    { name: 'model', run: () => modelCheck(parts.live) },
    { name: 'inboxes', run: () => inboxCheck(parts.live) },
    { name: 'store', run: () => storeCheck(parts.store) },
  ];
}

/** The checks of `/health`: those of `/ready`, and whether what was found reaches the wards. */
export function healthChecks(parts: HealthCheckDeps): Check[] {
  return [
    ...readinessChecks(parts),
    { name: 'pipeline', run: () => pipelineCheck(parts.progress()) },
    { name: 'broker', run: () => brokerCheck(parts) },
    { name: 'alarms', run: () => alarmCheck(parts.alarms) },
    parts.disk,
  ];
}

function modelCheck({ inference, loading }: LiveParts): CheckOutcome {
  if (!inference) {
    const progress = loading?.build ? ` (${describeProviders(loading, performance.now())})` : '';
    return { state: 'failed', message: `The model is not loaded yet${progress}.` };
  }
  const { level, serving, reason } = inference.providerStatus();
  const models = inference.models.map(({ name, version }) => `${name} ${version}`).join(', ');
  const because = reason === null ? '' : ` (${reason})`;
  if (level === 'starting') return { state: 'degraded', message: `${models}: being started again.` };
  if (serving === null) return { state: 'failed', message: `${models} on nothing${because}.` };
  return { state: level === 'degraded' ? 'degraded' : 'ok', message: `${models} on ${serving}${because}.` };
}

function inboxCheck({ watcher, hasScanned }: LiveParts): CheckOutcome {
  if (!watcher || !hasScanned)
    return { state: 'failed', message: 'The inboxes were not looked through yet.' };
  const { inboxes } = watcher.state();
  const lost = inboxes.filter(({ trouble }) => trouble !== null && trouble.code !== 'INBOX_EVENTS_LOST');
  const deaf = inboxes.filter(({ trouble }) => trouble?.code === 'INBOX_EVENTS_LOST').length;
  if (lost.length === 0 && deaf > 0)
    return { state: 'degraded', message: `${deaf} of ${inboxes.length} tell nothing and are polled.` };
  if (lost.length === 0) return { state: 'ok', message: `${inboxes.length} watched.` };
  const message = `${lost.length} of ${inboxes.length} cannot be reached.`;
  return { state: lost.length === inboxes.length ? 'failed' : 'degraded', message };
}

function storeCheck(store: Store): CheckOutcome {
  store.atomically(() => store.outbox.pruneDelivered(0));
  return { state: 'ok', message: 'The record can be written.' };
}

function pipelineCheck({ isMoving, message }: Progress): CheckOutcome {
  return { state: isMoving ? 'ok' : 'failed', message };
}

function alarmCheck(alarms: HealthCheckDeps['alarms']): CheckOutcome {
  const active = alarms.active();
  if (active.length === 0) return { state: 'ok', message: 'None lasts.' };
  return { state: 'degraded', message: `${active.join(', ')}.` };
}

function brokerCheck({ live, store }: HealthCheckDeps): CheckOutcome {
  const status = live.broker?.status;
  const waiting = store.outbox.pendingCount();
  if (status?.state === 'connected')
    return { state: 'ok', message: `Connected, ${waiting} messages on the way.` };
  const why = status ? status.error.message : 'Not connected yet.';
  return { state: 'failed', message: `${why} ${waiting} messages wait.` };
}

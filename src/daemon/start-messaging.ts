import { ulid } from 'ulid';
import type { Delivery } from '../publish/deliver-outbox.ts';
import { alertOrigin } from './alert-origin.ts';
import { startAuditAnchor } from './record/anchor-audit.ts';
import { createDeviceInfo } from './reporting/device-info.ts';
import type { Core } from './open-core.ts';
import { startProviderReports } from './reporting/provider-reports.ts';
import { startStatusPublisher } from './reporting/status-publisher.ts';
import { openMessaging } from './wards/open-messaging.ts';

/** Messaging with the wards, which also publishes the state of the device. */
export interface RunningMessaging extends AsyncDisposable {
  readonly delivery: Delivery;
}

/** Starts messaging; does not wait for the broker. */
export async function startMessaging(
  core: Core,
  brokerUrl: string,
  signal: AbortSignal,
): Promise<RunningMessaging> {
  const { config, record, device, analysis, status, reporting, signature, clock } = core;
  const { store } = record;
  const { alarms, reportTrouble, clockGuard } = device;
  const { metrics, systemd } = reporting;
  const log = core.log.child({ stage: 'publish' });
  const info = createDeviceInfo({ config, status, store, clock });
  await using opening = new AsyncDisposableStack();
  opening.use(core.messaging);
  const origin = alertOrigin(config);
  const further = { metrics, reportTrouble, clock, clockGuard, newId: ulid, log };
  const opened = openMessaging(
    { config, brokerUrl, store, origin, signature, info, alarms, ...further },
    signal,
  );
  const { broker, delivery } = await core.messaging.open(opened);
  const { publishInfo } = opening.use(
    startStatusPublisher({ config, store, status, info, alarms, broker, clock, log }),
  );
  opening.use(startAuditAnchor({ info, publishInfo }));
  const preferred = config.models.executionProviders[0] ?? 'cpu';
  const elapsed = (): number => performance.now();
  opening.use(
    startProviderReports({ preferred, analysis, status, alarms, metrics, systemd, publishInfo, elapsed }),
  );
  const running = opening.move();
  return { delivery, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

import { openDecoder, type Decoder } from '../analysis/open-decoder.ts';
import type { Clock } from '../contract/clock.ts';
import type { Config } from '../config/schema.ts';
import type { Logger } from '../contract/logger.ts';
import { createAnalysisPart, type AnalysisPart } from './analysis-part.ts';
import { monitorDevice, type DeviceMonitor } from './reporting/monitor-device.ts';
import type { Intake } from './open-intake.ts';
import { openRecord, type OpenRecord } from './record/open-record.ts';
import { openReporting, type Reporting } from './reporting/open-reporting.ts';
import { createCommandSignature, type CommandSignature } from '../publish/displays/command-signature.ts';
import { createPart, type OpenablePart } from './part.ts';
import { createStatus, type StatusSource } from './status.ts';
import type { Messaging } from './wards/open-messaging.ts';

/** The parts that the daemon opens first: they need no network, model or inbox, and all other parts use them. */
export interface Core extends AsyncDisposable {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Logger;
  readonly record: OpenRecord;
  readonly decoder: Decoder;
  /** Signs the commands of pages, and verifies them when they arrive through the broker. */
  readonly signature: CommandSignature;
  readonly device: DeviceMonitor;
  /** Opened later, but part of the status from the start. */
  readonly analysis: AnalysisPart;
  readonly messaging: OpenablePart<Messaging>;
  readonly intake: OpenablePart<Intake>;
  readonly status: StatusSource;
  readonly reporting: Reporting;
}

/** Throws the named reason when store, systemd or the health port cannot be used. */
export async function openCore(config: Config, log: Logger): Promise<Core> {
  await using opening = new AsyncDisposableStack();
  const clock: Clock = Date;
  const record = opening.use(await openRecord(config.store, { clock, log: log.child({ stage: 'store' }) }));
  const { store } = record;
  const decoder = opening.use(openDecoder(config.scope));
  const device = opening.use(await monitorDevice({ config, record, clock, log }));
  const { alarms, disk } = device;
  const analysis = createAnalysisPart({ config, decoder, log });
  const messaging = createPart<Messaging>('The connection to the broker is not open yet.');
  const intake = createPart<Intake>('The inboxes are not watched yet.');
  const status = createStatus({ config, store, analysis, messaging, intake, alarms, disk });
  const reporting = opening.use(await openReporting({ config, store, status, log }));
  const opened = opening.move();
  return {
    config,
    clock,
    log,
    record,
    decoder,
    signature: createCommandSignature(),
    device,
    analysis,
    messaging,
    intake,
    status,
    reporting,
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

import type { Config } from '../config/schema.ts';
import type { ErrorCode } from '../contract/errors.ts';
import type { ExecutionProvider, ModelIdentity } from '../contract/finding.ts';
import type { Progress } from '../health/pipeline-progress.ts';
import type { ProviderStatus } from '../inference/providers/provider-status.ts';
import type { Store } from '../store/open-store.ts';
import type { InboxState } from '../watcher/watch-inbox.ts';
import type { DiskMonitor, DiskState } from './alarms/monitor-disk.ts';
import type { ActiveAlarm, TechnicalAlarms } from './alarms/technical-alarms.ts';
import type { AnalysisPart } from './analysis-part.ts';
import { createProgressMonitor } from './reporting/monitor-progress.ts';
import type { Intake } from './open-intake.ts';
import type { Part, PartNotUp } from './part.ts';
import type { Messaging } from './wards/open-messaging.ts';

export type AnalysisStatus =
  /** `providers`: the execution providers being tried; null before the first. */
  | (PartNotUp & { readonly providers: ProviderStatus | null })
  | {
      readonly state: 'up';
      readonly models: readonly ModelIdentity[];
      /** Null while no execution provider serves. */
      readonly executionProvider: ExecutionProvider | null;
      readonly isDegraded: boolean;
      readonly providers: ProviderStatus;
    };

export type IntakeStatus =
  | PartNotUp
  | {
      readonly state: 'up';
      readonly inboxes: readonly InboxState[];
      /** Every inbox was compared with the ledger since the start, or found unreachable. */
      readonly hasScanned: boolean;
      /** Images that are being analysed. */
      readonly working: number;
      /** When an image last got its result, on `performance.now()`'s scale; null before the first. */
      readonly lastFinishedMs: number | null;
    };

export type BrokerConnection = { readonly state: 'up' } | (PartNotUp & { readonly code: ErrorCode | null });

export interface WatchingDisplay {
  readonly id: string;
  /** When it last confirmed an alert, milliseconds since 1970; null for never since the start. */
  readonly receivedAt: number | null;
}

/** The state of the daemon at one moment: health checks, MQTT messages, systemd and the system page read only this value. */
export interface DaemonStatus {
  readonly analysis: AnalysisStatus;
  readonly intake: IntakeStatus;
  readonly progress: Progress;
  readonly broker: BrokerConnection;
  /** The displays that show each ward. */
  readonly displays: ReadonlyMap<string, readonly WatchingDisplay[]>;
  /** The wards of which the broker refuses alerts. */
  readonly undeliveredWards: readonly string[];
  readonly disk: DiskState;
  readonly alarms: readonly ActiveAlarm[];
  /** Codes of the active alarms that degrade the analysis itself. */
  readonly degraded: readonly ErrorCode[];
}

export interface StatusSource {
  read(): DaemonStatus;
}

export interface StatusDeps {
  readonly config: Pick<Config, 'inboxes' | 'wards'>;
  readonly store: Pick<Store, 'ledger'>;
  readonly analysis: AnalysisPart;
  readonly intake: Part<Intake>;
  readonly messaging: Part<Messaging>;
  readonly disk: Pick<DiskMonitor, 'state'>;
  readonly alarms: Pick<TechnicalAlarms, 'active' | 'activeAlarms' | 'degrading'>;
}

/** Composes the states of all parts, whether they are up or not. */
export function createStatus(deps: StatusDeps): StatusSource {
  const { config, store, analysis, intake, messaging, disk, alarms } = deps;
  const progress = createProgressMonitor({ config, store, analysis, intake, disk, alarms });
  return {
    read: () => ({
      analysis: analysisStatus(analysis),
      intake: intakeStatus(intake),
      progress: progress.read(),
      broker: brokerConnection(messaging),
      displays: displaysOf(config.wards, messaging),
      undeliveredWards: undeliveredWards(messaging),
      disk: disk.state(),
      alarms: alarms.activeAlarms(),
      degraded: alarms.degrading(),
    }),
  };
}

function analysisStatus(analysis: AnalysisPart): AnalysisStatus {
  const part = analysis.state();
  if (part.state !== 'up') return { ...part, providers: analysis.providers() };
  const { inference } = part.value;
  return {
    state: 'up',
    models: inference.models,
    executionProvider: inference.executionProvider(),
    isDegraded: inference.isDegraded(),
    providers: inference.providerStatus(),
  };
}

function intakeStatus(intake: Part<Intake>): IntakeStatus {
  const part = intake.state();
  if (part.state !== 'up') return part;
  const { watcher, pipeline, hasScanned } = part.value;
  const { inboxes } = watcher.state();
  return {
    state: 'up',
    inboxes,
    hasScanned: hasScanned(),
    working: pipeline.inWork(),
    lastFinishedMs: pipeline.lastFinishedMs(),
  };
}

function brokerConnection(messaging: Part<Messaging>): BrokerConnection {
  const part = messaging.state();
  if (part.state !== 'up') return { ...part, code: null };
  const { status } = part.value.broker;
  if (status === null) return { state: 'starting', reason: 'Not connected yet.', code: null };
  if (status.state === 'connected') return { state: 'up' };
  return { state: 'unavailable', reason: status.error.message, code: status.error.code };
}

function undeliveredWards(messaging: Part<Messaging>): readonly string[] {
  const part = messaging.state();
  return part.state === 'up' ? part.value.undeliveredWards() : [];
}

function displaysOf(wards: Config['wards'], messaging: Part<Messaging>): DaemonStatus['displays'] {
  const part = messaging.state();
  if (part.state !== 'up') return new Map();
  const { watching, lastReceiptAt } = part.value.wards;
  return new Map(
    wards.map(({ id: ward }) => [ward, watching(ward).map((id) => ({ id, receivedAt: lastReceiptAt(id) }))]),
  );
}

import type { ErrorCode } from '../../contract/errors.ts';
import type { ExecutionProvider } from '../../contract/finding.ts';
import { buildTopic } from '../../contract/topics.ts';
import type { OutgoingMessage } from '../../contract/outgoing-message.ts';

/** The health of a device, every 30 s; a display that misses two treats it as stale. Unknown values are null. */
export interface DeviceHealth {
  /** Increases with every message since the start. */
  readonly rev: number;
  readonly ts: string;
  readonly queue: { readonly waiting: number; readonly working: number; readonly outbox: number };
  readonly watcher: { readonly ok: boolean; readonly inboxes: number; readonly unreachable: number };
  readonly gpu: { readonly loadPercent: number | null; readonly temperatureCelsius: number | null } | null;
  /** Readings of the board, if it provides them. */
  readonly board: {
    readonly powerMode: string | null;
    /** The hottest zone. */
    readonly temperatureCelsius: number | null;
    /** What is thermally throttled, by the kernel's name; empty: nothing is. */
    readonly slowedBy: readonly string[];
    /** Since the start of the board. */
    readonly overCurrentEvents: number | null;
    readonly memoryAvailableBytes: number | null;
  };
  readonly disk: { readonly freeBytes: number; readonly totalBytes: number } | null;
  readonly db: { readonly ok: boolean; readonly sizeBytes: number | null };
  readonly lastImage: { readonly at: string; readonly status: string } | null;
  /** When each image of the site's day was answered, the last 200. */
  readonly imagesToday: readonly string[];
  readonly executionProvider: ExecutionProvider | null;
  /** Degradations, by code; empty: none. */
  readonly degraded: readonly ErrorCode[];
  /** The wards that some alerts do not reach, because the broker refuses them. */
  readonly undeliveredWards: readonly string[];
}

/** The retained health of a device. QoS 0: a lost one is followed by the next. */
export function healthMessage(site: string, device: string, health: DeviceHealth): OutgoingMessage {
  const payload = JSON.stringify({ schema: 'bonewatch.health/1', ...health });
  return { topic: buildTopic({ kind: 'health', site, device }), payload, qos: 0, retain: true };
}

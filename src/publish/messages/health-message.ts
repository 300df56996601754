import type { ErrorCode } from '../../contract/errors.ts';
import type { ExecutionProvider } from '../../contract/finding.ts';
import { buildTopic } from '../../contract/topics.ts';
import type { OutgoingMessage } from '../../contract/outgoing-message.ts';

/** How a device fares, every 30 s; a display that misses two takes it for old. What cannot be known is null. */
export interface DeviceHealth {
  /** Counts up with every message since the start. */
  readonly rev: number;
  readonly ts: string;
  readonly queue: { readonly waiting: number; readonly working: number; readonly outbox: number };
  readonly watcher: { readonly ok: boolean; readonly inboxes: number; readonly unreachable: number };
  readonly gpu: { readonly loadPercent: number | null; readonly temperatureCelsius: number | null } | null;
  /** The machine itself, where it is a board that tells. */
  readonly board: {
    readonly powerMode: string | null;
    /** The hottest zone. */
    readonly temperatureCelsius: number | null;
    /** What takes clocks away because of heat, by the kernel's name; empty: nothing does. */
    readonly slowedBy: readonly string[];
    /** Since the start of the board. */
    readonly overCurrentEvents: number | null;
    readonly memoryAvailableBytes: number | null;
  };
  readonly disk: { readonly freeBytes: number; readonly totalBytes: number } | null;
  readonly db: { readonly ok: boolean; readonly sizeBytes: number | null };
  readonly lastImage: { readonly at: string; readonly status: string } | null;
  /** When each image of the site's day was answered, the latest 200. */
  readonly imagesToday: readonly string[];
  readonly executionProvider: ExecutionProvider | null;
  /** What works less well than configured, by code; empty: nothing. */
  readonly degraded: readonly ErrorCode[];
}

/** The retained pulse of a device. QoS 0: a lost one is followed by the next. */
export function healthMessage(site: string, device: string, health: DeviceHealth): OutgoingMessage {
  const payload = JSON.stringify({ schema: 'bonewatch.health/1', ...health });
  return { topic: buildTopic({ kind: 'health', site, device }), payload, qos: 0, retain: true };
}

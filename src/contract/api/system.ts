import type { ShownAlarm } from './console.ts';

/** The state of the device, from the inbox to the ward display: the response of `/api/system`. Times in milliseconds. */
export interface SystemState {
  readonly version: string;
  /** UTC, RFC 3339. */
  readonly serverTime: string;
  readonly device: { readonly id: string; readonly room: string; readonly upMs: number };
  readonly inboxes: readonly {
    readonly path: string;
    readonly mode: 'events' | 'poll' | null;
    readonly trouble: string | null;
    readonly imagesToday: number;
    readonly lastImageAt: number | null;
    readonly lastScanAt: number | null;
  }[];
  readonly reading: { readonly waiting: number; readonly working: number; readonly usuallyMs: number | null };
  readonly analysis: {
    readonly model: string | null;
    readonly provider: string | null;
    /** The engine being built; `usualMs`: the duration of the last build, if known. */
    readonly build: { readonly elapsedMs: number; readonly usualMs: number | null } | null;
    readonly asked: string;
    readonly isDegraded: boolean;
    readonly lastMs: number | null;
    readonly usuallyMs: number | null;
  };
  readonly record: {
    readonly images: number;
    readonly backedUpAt: number | null;
    readonly freeBytes: number | null;
    readonly totalBytes: number | null;
  };
  readonly broker: { readonly isConnected: boolean; readonly reason: string | null; readonly toSend: number };
  readonly wards: readonly {
    readonly id: string;
    readonly name: string;
    readonly displays: readonly { readonly id: string; readonly receivedAt: number | null }[];
  }[];
  readonly board: {
    readonly model: string | null;
    readonly temperatures: Readonly<Record<string, number | null>>;
    readonly watts: number | null;
    /** The name given by the board, such as `MAXN`. */
    readonly powerMode: string | null;
    readonly gpuLoad: number | null;
    readonly memoryTotalBytes: number | null;
    readonly memoryFreeBytes: number | null;
    /** One sample a minute of the last hour, oldest first. */
    readonly history: readonly { readonly celsius: number | null; readonly watts: number | null }[];
  };
  readonly alarms: readonly ShownAlarm[];
}

import { z } from 'zod';
import type { AuditFilter, AuditSearch } from '../../store/audit/audit-search.ts';
import type { Route } from '../route.ts';
import type { RecordAudit } from '../access/audit-recorder.ts';
import type { ShownAlarm } from './console-answers.ts';

/** How the device is, from the inbox to the ward display: the answer of `/api/system`. Times are milliseconds. */
export interface SystemState {
  readonly version: string;
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
    /** The accelerator's engine that is being built; `usualMs`: what that took the last time, where known. */
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
    /** As the board names it, such as `MAXN`. */
    readonly powerMode: string | null;
    readonly gpuLoad: number | null;
    readonly memoryTotalBytes: number | null;
    readonly memoryFreeBytes: number | null;
    /** One sample a minute of the last hour, oldest first. */
    readonly history: readonly { readonly celsius: number | null; readonly watts: number | null }[];
  };
  readonly alarms: readonly ShownAlarm[];
}

export interface SystemRoutesParts {
  readonly state: () => Promise<SystemState>;
  readonly audit: AuditSearch;
  readonly trace: RecordAudit;
}

const PAGE = 100;
const day = z.iso.datetime({ offset: true });
const query = z.object({
  text: z.string().max(100).optional(),
  from: day.optional(),
  to: day.optional(),
  before: z.coerce.number().int().positive().optional(),
});

/** How the device is, and who did what. */
export function systemRoutes({ state, audit, trace }: SystemRoutesParts): readonly Route[] {
  return [
    { method: 'GET', path: '/api/system', minimumRole: 'viewer', handle: () => state() },
    {
      method: 'GET',
      path: '/api/audit',
      minimumRole: 'admin',
      handle({ principal: asker, query: given }, reply) {
        const read = query.safeParse(given);
        if (!read.success) return reply.code(400).send({ error: 'invalid' });
        const { text, from, to, before } = read.data;
        const filter: AuditFilter = {
          ...(text === undefined ? {} : { text }),
          ...(from === undefined ? {} : { from }),
          ...(to === undefined ? {} : { to }),
          ...(before === undefined ? {} : { before }),
        };
        const entries = audit.find(filter, PAGE);
        if (text !== undefined && text !== '') trace(asker, { kind: 'audit-searched', subject: 'audit' });
        return { entries };
      },
    },
  ];
}

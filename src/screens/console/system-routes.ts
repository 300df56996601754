import type { SystemState } from '../../contract/api/system.ts';
import { z } from 'zod';
import type { AuditFilter, AuditSearch } from '../../store/audit/audit-search.ts';
import type { Route } from '../route.ts';
import type { RecordAudit } from '../access/audit-recorder.ts';

export interface SystemRouteDeps {
  readonly system: { describe(): Promise<SystemState> };
  readonly store: { readonly auditSearch: AuditSearch };
  readonly recordAudit: RecordAudit;
}

const PAGE = 100;
const day = z.iso.datetime({ offset: true });
const query = z.object({
  text: z.string().max(100).optional(),
  from: day.optional(),
  to: day.optional(),
  before: z.coerce.number().int().positive().optional(),
});

/** The state of the device, and the audit log. */
export function systemRoutes({ system, store, recordAudit }: SystemRouteDeps): readonly Route[] {
  return [
    { method: 'GET', path: '/api/system', minimumRole: 'viewer', handle: () => system.describe() },
    {
      method: 'GET',
      path: '/api/audit',
      minimumRole: 'admin',
      handle({ principal, query: given }, reply) {
        const read = query.safeParse(given);
        if (!read.success) return reply.code(400).send({ error: 'invalid' });
        const { text, from, to, before } = read.data;
        const filter: AuditFilter = {
          ...(text === undefined ? {} : { text }),
          ...(from === undefined ? {} : { from }),
          ...(to === undefined ? {} : { to }),
          ...(before === undefined ? {} : { before }),
        };
        const entries = store.auditSearch.find(filter, PAGE);
        if (text !== undefined && text !== '')
          recordAudit(principal, { kind: 'audit-searched', subject: 'audit' });
        return { entries };
      },
    },
  ];
}

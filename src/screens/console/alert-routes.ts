import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import type { CommandRejection } from '../../contract/command-rejection.ts';
import { WITHDRAW_REASONS } from '../../contract/withdraw-reasons.ts';
import type { PersonPrincipal } from '../access/principal.ts';
import type { Route, RouteRequest } from '../route.ts';

/** How a person ends an alert. */
export type AlertEnding =
  | { readonly action: 'close' }
  | { readonly action: 'withdraw'; readonly reason: (typeof WITHDRAW_REASONS)[number] };

export interface AlertRouteDeps {
  readonly alerts: {
    /** Ends an alert in the name of an account; audits it. Returns why that is not possible; null: done. */
    end(alertId: string, ending: AlertEnding, person: PersonPrincipal): CommandRejection | null;
  };
}

const ALERT_ID = /^[0-9A-Za-z-]{1,64}$/;
const NOTHING = z.strictObject({});
const REASON = z.strictObject({ reason: z.enum(WITHDRAW_REASONS) });

/**
 * Ending an alert: closing an acknowledged one, withdrawing a wrong one. Only people who signed in may, even while the
 * pages are open to this machine, since the audit log and the wards name who did it.
 */
export function alertRoutes(deps: AlertRouteDeps): readonly Route[] {
  return [
    {
      method: 'POST',
      path: '/api/alerts/:id/close',
      minimumRole: 'nurse',
      handle: (request, reply) =>
        NOTHING.safeParse(request.body ?? {}).success
          ? endAlert(request, reply, { ...deps, ending: { action: 'close' } })
          : reply.code(400).send({ error: 'invalid' }),
    },
    {
      method: 'POST',
      path: '/api/alerts/:id/withdraw',
      minimumRole: 'radiographer',
      handle(request, reply) {
        const read = REASON.safeParse(request.body);
        if (!read.success) return reply.code(400).send({ error: 'invalid' });
        return endAlert(request, reply, { ...deps, ending: { action: 'withdraw', ...read.data } });
      },
    },
  ];
}

function endAlert(
  { principal, params }: RouteRequest,
  reply: FastifyReply,
  { alerts, ending }: AlertRouteDeps & { readonly ending: AlertEnding },
): unknown {
  const { id = '' } = params;
  if (principal.kind !== 'person') return reply.code(403).send({ error: 'sign-in-required' });
  const rejection = ALERT_ID.test(id) ? alerts.end(id, ending, principal) : 'unknown-alert';
  if (rejection === 'unknown-alert') return reply.code(404).send({ error: 'not-found' });
  return rejection === null ? { ended: true } : reply.code(409).send({ error: rejection });
}

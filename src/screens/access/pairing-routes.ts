import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { machineOf } from '../../network/machine-of.ts';
import type { Displays, ListedDisplay } from '../../store/access/displays.ts';
import type { Principal } from './principal.ts';
import { pageRoute } from '../page-route.ts';
import type { RouteRequest, Route } from '../route.ts';
import type { RecordAudit } from './audit-recorder.ts';
import type { Cookies } from './cookies.ts';
import type { DisplayFacts, PairingState } from '../../contract/api/access.ts';
import { limitAttempts, type AttemptLimit } from './limit-attempts.ts';

export interface PairingRoutesDeps {
  readonly displays: Displays;
  readonly wards: readonly { readonly id: string; readonly name: string }[];
  readonly cookies: Cookies;
  readonly recordAudit: RecordAudit;
  /** Elapsed time of a monotonic clock. */
  readonly nowMs: () => number;
}

const pairingRequest = z.strictObject({ ward: z.string().max(40) });
const confirmation = z.strictObject({
  code: z.string().min(1).max(20),
  name: z
    .string()
    .transform((raw) => raw.replace(/[\p{Cc}\p{Cf}]/gu, '').trim())
    .pipe(z.string().min(1).max(60)),
  ward: z.string().max(40),
});
const REQUEST_LIMIT = { maxFailures: 8, withinMs: 10 * 60_000 };

interface PairingDeps extends PairingRoutesDeps {
  /** Pairings requested by one machine. */
  readonly requests: AttemptLimit;
}

/** A screen shows a code, a radiographer confirms it, and the screen is a display from then on, until revoked. */
export function pairingRoutes(options: PairingRoutesDeps): readonly Route[] {
  const deps = { ...options, requests: limitAttempts({ ...REQUEST_LIMIT, nowMs: options.nowMs }) };
  return [
    pageRoute('/pair', 'account/pair.html', 'anonymous'),
    {
      method: 'POST',
      path: '/api/pairing',
      minimumRole: 'anonymous',
      handle: (request, reply) => requestPairing(request, reply, deps),
    },
    {
      method: 'GET',
      path: '/api/pairing',
      minimumRole: 'anonymous',
      handle: (request, reply) => completePairing(request, reply, deps),
    },
    {
      method: 'GET',
      path: '/api/displays',
      minimumRole: 'radiographer',
      handle: (): DisplayFacts => ({
        displays: deps.displays.list().map(factsOf),
        wards: deps.wards.map(({ id, name }) => ({ id, name })),
      }),
    },
    {
      method: 'POST',
      path: '/api/displays',
      minimumRole: 'radiographer',
      handle: (request, reply) => confirmPairing(request, reply, deps),
    },
    {
      method: 'DELETE',
      path: '/api/displays/:id',
      minimumRole: 'radiographer',
      handle: (request, reply) => revokeDisplay(request, reply, deps),
    },
  ];
}

function requestPairing(
  { body, address }: RouteRequest<Principal | null>,
  reply: FastifyReply,
  { displays, wards, cookies, requests }: PairingDeps,
): FastifyReply {
  const read = pairingRequest.safeParse(body);
  if (!read.success || !isWard(wards, read.data.ward)) return reply.code(400).send({ error: 'invalid' });
  const machine = machineOf(address);
  if (requests.waitMs(machine) > 0) return reply.code(429).send({ error: 'wait' });
  requests.fail(machine);
  const { secret } = displays.ask({ ward: read.data.ward, address });
  return reply.header('set-cookie', cookies.set('pairing', secret)).code(204).send();
}

/** The state of a pairing; once it is confirmed, the screen gets its cookie. */
function completePairing(
  { headers }: RouteRequest<Principal | null>,
  reply: FastifyReply,
  { displays, cookies, recordAudit }: PairingDeps,
): PairingState {
  const secret = cookies.read(headers, 'pairing');
  const claimed = secret === undefined ? null : displays.claim(secret);
  if (claimed === null) return { state: 'gone' };
  if (!('token' in claimed)) return { state: 'waiting', ...claimed };
  const { display, token } = claimed;
  recordAudit({ kind: 'display', ...display }, { kind: 'display-connected', subject: display.id });
  void reply.header('set-cookie', [cookies.set('display', token), cookies.clear('pairing')]);
  return { state: 'paired', ward: display.ward };
}

function confirmPairing(
  { body, principal }: RouteRequest,
  reply: FastifyReply,
  { displays, wards, recordAudit }: PairingDeps,
): unknown {
  const read = confirmation.safeParse(body);
  if (!read.success || !isWard(wards, read.data.ward)) return reply.code(400).send({ error: 'invalid' });
  const { code, name, ward } = read.data;
  const by = principal.kind === 'person' ? principal.name : '';
  const display = displays.confirm(code, { name, ward, by });
  if (display === undefined) return reply.code(404).send({ error: 'no-such-code' });
  const { id, address } = display;
  recordAudit(principal, { kind: 'display-paired', subject: id, detail: { ward, name, address } });
  return { id, name, ward };
}

function revokeDisplay(
  { params, principal }: RouteRequest,
  reply: FastifyReply,
  { displays, recordAudit }: PairingDeps,
): FastifyReply {
  const display = displays.revoke(params['id'] ?? '');
  if (display === undefined) return reply.code(404).send({ error: 'not-found' });
  const { id, ward, name } = display;
  recordAudit(principal, { kind: 'display-revoked', subject: id, detail: { ward, name } });
  return reply.code(204).send();
}

function isWard(wards: PairingDeps['wards'], id: string): boolean {
  return wards.some((ward) => ward.id === id);
}

function factsOf({ pairedAt, seenAt, ...rest }: ListedDisplay): DisplayFacts['displays'][number] {
  const time = (at: number): string => new Date(at).toISOString();
  return { ...rest, pairedAt: time(pairedAt), seenAt: seenAt === null ? null : time(seenAt) };
}

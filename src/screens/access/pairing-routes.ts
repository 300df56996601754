import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import type { Displays, ListedDisplay } from '../../store/access/displays.ts';
import type { Principal } from './principal.ts';
import { pageRoute } from '../page-route.ts';
import type { RouteRequest, Route } from '../route.ts';
import type { RecordAudit } from './audit-recorder.ts';
import type { Cookies } from './cookies.ts';
import type { DisplayFacts, PairingState } from '../../contract/api/access.ts';
import { limitAttempts } from './limit-attempts.ts';

export interface PairingRoutesDeps {
  readonly displays: Displays;
  readonly wards: readonly { readonly id: string; readonly name: string }[];
  readonly cookies: Cookies;
  readonly trace: RecordAudit;
  /** Elapsed time, of a clock that does not jump. */
  readonly nowMs: () => number;
}

const wish = z.strictObject({ ward: z.string().max(40) });
const confirmation = z.strictObject({
  code: z.string().min(1).max(20),
  name: z
    .string()
    .transform((raw) => raw.replace(/[\p{Cc}\p{Cf}]/gu, '').trim())
    .pipe(z.string().min(1).max(60)),
  ward: z.string().max(40),
});
const ASKING = { most: 8, withinMs: 10 * 60_000 };

/** A screen shows a code, somebody who may confirms it, and the screen is a display from then on, until revoked. */
export function pairingRoutes(parts: PairingRoutesDeps): readonly Route[] {
  const asking = limitAttempts({ ...ASKING, nowMs: parts.nowMs });
  const { displays, wards, cookies, trace } = parts;
  const isWard = (id: string): boolean => wards.some((ward) => ward.id === id);

  function begin({ body, address }: RouteRequest<Principal | null>, reply: FastifyReply): unknown {
    const wanted = wish.safeParse(body);
    if (!wanted.success || !isWard(wanted.data.ward)) return reply.code(400).send({ error: 'invalid' });
    const pairing = asking.waitMs(address) > 0 ? null : displays.ask({ ward: wanted.data.ward, address });
    if (pairing === null) return reply.code(429).send({ error: 'wait' });
    asking.fail(address);
    return reply.header('set-cookie', cookies.keep('pairing', pairing.secret)).code(204).send();
  }

  function lookAfter({ headers }: RouteRequest<Principal | null>, reply: FastifyReply): PairingState {
    const secret = cookies.read(headers, 'pairing');
    const claimed = secret === undefined ? null : displays.claim(secret);
    if (claimed === null) return { state: 'gone' };
    if (!('token' in claimed)) return { state: 'waiting', ...claimed };
    const { display, token } = claimed;
    trace({ kind: 'display', ...display }, { kind: 'display-connected', subject: display.id });
    void reply.header('set-cookie', [cookies.keep('display', token), cookies.forget('pairing')]);
    return { state: 'paired', ward: display.ward };
  }

  function confirm({ body, principal: asker }: RouteRequest, reply: FastifyReply): unknown {
    const given = confirmation.safeParse(body);
    if (!given.success || !isWard(given.data.ward)) return reply.code(400).send({ error: 'invalid' });
    const { code, name, ward } = given.data;
    const display = displays.confirm(code, { name, ward, by: asker.kind === 'person' ? asker.name : '' });
    if (display === undefined) return reply.code(404).send({ error: 'no-such-code' });
    const { id, address } = display;
    trace(asker, { kind: 'display-paired', subject: id, detail: { ward, name, address } });
    return { id, name, ward };
  }

  function revoke({ params, principal: asker }: RouteRequest, reply: FastifyReply): unknown {
    const display = displays.revoke(params['id'] ?? '');
    if (display === undefined) return reply.code(404).send({ error: 'not-found' });
    const { id, ward, name } = display;
    trace(asker, { kind: 'display-revoked', subject: id, detail: { ward, name } });
    return reply.code(204).send();
  }

  return [
    pageRoute('/pair', 'account/pair.html', 'nobody'),
    { method: 'POST', path: '/api/pairing', minimumRole: 'nobody', handle: begin },
    { method: 'GET', path: '/api/pairing', minimumRole: 'nobody', handle: lookAfter },
    {
      method: 'GET',
      path: '/api/displays',
      minimumRole: 'radiographer',
      handle: (): DisplayFacts => ({
        displays: displays.list().map(factsOf),
        wards: wards.map(({ id, name }) => ({ id, name })),
      }),
    },
    { method: 'POST', path: '/api/displays', minimumRole: 'radiographer', handle: confirm },
    { method: 'DELETE', path: '/api/displays/:id', minimumRole: 'radiographer', handle: revoke },
  ];
}

function factsOf({ pairedAt, seenAt, ...rest }: ListedDisplay): DisplayFacts['displays'][number] {
  const time = (at: number): string => new Date(at).toISOString();
  return { ...rest, pairedAt: time(pairedAt), seenAt: seenAt === null ? null : time(seenAt) };
}

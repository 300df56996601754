import { timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { MinimumRole } from './access/principal.ts';
import { isAuthorized } from './access/principal.ts';
import type { Authentication, Authenticator } from './access/authenticator.ts';
import { isSameOrigin } from './is-same-origin.ts';
import type { Route } from './route.ts';

declare module 'fastify' {
  interface FastifyRequest {
    admission: Authentication | null;
  }
  interface FastifyContextConfig {
    least?: MinimumRole;
    isBackground?: boolean;
  }
}

const MAX_BODY_BYTES = 64 * 1024;
const CHANGING = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

/**
 * Lets in only who may ask, before a body is read: 401 (a page: to the sign-in) for nobody known, 403 for less than a
 * route needs, for another ward's display, and for a change that is not sent by one of our own pages. What is not a
 * route of the table is for nobody.
 */
export function guardRoutes(
  app: FastifyInstance,
  routes: readonly Route[],
  { doorkeeper, files }: { readonly doorkeeper: Authenticator; readonly files: readonly string[] },
): void {
  app.decorateRequest('admission', null);
  app.addHook('onRequest', async (request, reply) => {
    if (files.includes(request.routeOptions.url ?? '')) return;
    const { least = 'viewer', isBackground = false } = request.routeOptions.config;
    const headers = isBackground ? { ...request.headers, 'x-bonewatch-background': '1' } : request.headers;
    request.admission = doorkeeper.authenticate({ headers, address: request.ip });
    const { renewal } = request.admission ?? {};
    if (renewal !== undefined) void reply.header('set-cookie', renewal);
    const refusal = refusalOf(request, least);
    if (refusal === null) return;
    await (refusal.status === 401 ? sendToEntrance(request, reply) : reply.code(403).send(refusal.body));
  });
  for (const route of routes) addRoute(app, route);
}

interface Refusal {
  readonly status: 401 | 403;
  readonly body: { readonly error: 'signed-out' | 'forbidden' | 'csrf' };
}

function refusalOf(request: FastifyRequest, least: MinimumRole): Refusal | null {
  const asker = request.admission?.asker ?? null;
  if (!isAuthorized(asker, least))
    return asker === null
      ? { status: 401, body: { error: 'signed-out' } }
      : { status: 403, body: { error: 'forbidden' } };
  if (asker?.kind === 'display' && isOfAnotherWard(asker.ward, request.params))
    return { status: 403, body: { error: 'forbidden' } };
  if (!CHANGING.has(request.method)) return null;
  const hasToken = least === 'nobody' || isFromOwnPage(request);
  return hasToken && isSameOrigin(request.headers) ? null : { status: 403, body: { error: 'csrf' } };
}

function isOfAnotherWard(ward: string, params: unknown): boolean {
  return typeof params === 'object' && params !== null && 'ward' in params && params.ward !== ward;
}

function sendToEntrance(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (request.url.startsWith('/api/') || request.method !== 'GET')
    return reply.code(401).header('cache-control', 'no-store').send({ error: 'signed-out' });
  const entrance = request.url.startsWith('/ward/') ? '/pair' : '/sign-in';
  return reply
    .header('cache-control', 'no-store')
    .redirect(`${entrance}?to=${encodeURIComponent(request.url)}`);
}

function addRoute(app: FastifyInstance, route: Route): void {
  const { method, path, minimumRole: least, maxBodyBytes = MAX_BODY_BYTES, isBackground = false } = route;
  app.route({
    method,
    url: path,
    bodyLimit: maxBodyBytes,
    config: { least, isBackground },
    handler: (request, reply) => answer(route, request, reply),
  });
}

function answer(route: Route, request: FastifyRequest, reply: FastifyReply): unknown {
  if (request.url.startsWith('/api/')) void reply.header('cache-control', 'no-store');
  const { admission, headers, body, ip } = request;
  const asked = {
    csrfToken: admission?.csrfToken ?? '',
    params: request.params as Readonly<Record<string, string>>,
    query: request.query as Readonly<Record<string, string | undefined>>,
    ...{ body, headers, address: ip },
  };
  if (route.minimumRole === 'nobody')
    return route.handle({ ...asked, principal: admission?.asker ?? null }, reply);
  if (admission === null) throw new Error(`${route.path} was reached by nobody`);
  return route.handle({ ...asked, principal: admission.asker }, reply);
}

function isFromOwnPage({ admission, headers }: FastifyRequest): boolean {
  const given = headers['x-csrf-token'];
  if (admission === null || typeof given !== 'string') return false;
  const [expected, actual] = [Buffer.from(admission.csrfToken), Buffer.from(given)];
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}

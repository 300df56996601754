import { timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest, onRequestAsyncHookHandler } from 'fastify';
import { isBonewatchError } from '../contract/errors.ts';
import { machineOf } from '../network/machine-of.ts';
import type { MinimumRole } from './access/principal.ts';
import { isAuthorized } from './access/principal.ts';
import type { Authentication, Authenticator } from './access/authenticator.ts';
import { createPlaces, type ConcurrencyLimit, type Place } from './concurrency-limit.ts';
import { isSameOrigin } from './is-same-origin.ts';
import type { Route } from './route.ts';

declare module 'fastify' {
  interface FastifyRequest {
    authentication: Authentication | null;
    /** In a route with a limit of concurrent requests. */
    place: Place | null;
  }
  interface FastifyContextConfig {
    minimumRole?: MinimumRole;
    isBackground?: boolean;
    checksWard?: boolean;
  }
}

const MAX_BODY_BYTES = 64 * 1024;
/** When a client should retry while all places of a route are taken. */
const RETRY_AFTER_SECONDS = 5;
const CHANGING = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

/**
 * Authorizes each request before its body is read: 401 (pages: a redirect to the sign-in) without authentication, 403 for
 * a lower role than the route requires, for a display of another ward, and for a change that none of our own pages sent.
 * Addresses that are not in the table of routes require authentication too.
 */
export function guardRoutes(
  app: FastifyInstance,
  routes: readonly Route[],
  { authenticator, files }: { readonly authenticator: Authenticator; readonly files: readonly string[] },
): void {
  app.decorateRequest('authentication', null);
  app.decorateRequest('place', null);
  app.addHook('onRequest', async (request, reply) => {
    if (files.includes(request.routeOptions.url ?? '')) return;
    const { minimumRole = 'viewer', isBackground = false } = request.routeOptions.config;
    const headers = isBackground ? { ...request.headers, 'x-bonewatch-background': '1' } : request.headers;
    request.authentication = authenticator.authenticate({ headers, address: request.ip });
    const { renewal } = request.authentication ?? {};
    if (renewal !== undefined) void reply.header('set-cookie', renewal);
    const refusal = refusalOf(request, minimumRole);
    if (refusal === null) return;
    await (refusal.status === 401 ? redirectToSignIn(request, reply) : reply.code(403).send(refusal.body));
  });
  for (const route of routes) addRoute(app, route, authenticator);
}

interface Refusal {
  readonly status: 401 | 403;
  readonly body: { readonly error: 'signed-out' | 'forbidden' | 'csrf' };
}

function refusalOf(request: FastifyRequest, minimumRole: MinimumRole): Refusal | null {
  const principal = request.authentication?.principal ?? null;
  if (!isAuthorized(principal, minimumRole))
    return principal === null
      ? { status: 401, body: { error: 'signed-out' } }
      : { status: 403, body: { error: 'forbidden' } };
  const { checksWard = false } = request.routeOptions.config;
  if (!checksWard && principal?.kind === 'display' && isOfAnotherWard(principal.ward, request.params))
    return { status: 403, body: { error: 'forbidden' } };
  if (!CHANGING.has(request.method)) return null;
  const hasToken = minimumRole === 'anonymous' || isFromOwnPage(request);
  return hasToken && isSameOrigin(request.headers) ? null : { status: 403, body: { error: 'csrf' } };
}

function isOfAnotherWard(ward: string, params: unknown): boolean {
  return typeof params === 'object' && params !== null && 'ward' in params && params.ward !== ward;
}

function redirectToSignIn(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (request.url.startsWith('/api/') || request.method !== 'GET')
    return reply.code(401).header('cache-control', 'no-store').send({ error: 'signed-out' });
  const page = request.url.startsWith('/ward/') ? '/pair' : '/sign-in';
  return reply.header('cache-control', 'no-store').redirect(`${page}?to=${encodeURIComponent(request.url)}`);
}

function addRoute(app: FastifyInstance, route: Route, authenticator: Authenticator): void {
  const { method, path, minimumRole, maxBodyBytes = MAX_BODY_BYTES } = route;
  const { isBackground = false, checksWard = false } = route;
  const onRequest = route.concurrency === undefined ? [] : [placeHook(route.concurrency)];
  app.route({
    method,
    url: path,
    bodyLimit: maxBodyBytes,
    config: { minimumRole, isBackground, checksWard },
    onRequest,
    handler: (request, reply) => {
      if (request.url.startsWith('/api/')) void reply.header('cache-control', 'no-store');
      const isStillAuthorized = (): boolean => isSameSender(request, minimumRole, authenticator);
      const response = answer(route, { request, isStillAuthorized }, reply);
      return response instanceof Promise ? (request.place?.during(response) ?? response) : response;
    },
  });
}

/** Takes a place for a request before its body is read, and leaves it when the response has ended. */
function placeHook(limit: ConcurrencyLimit): onRequestAsyncHookHandler {
  const takePlace = createPlaces(limit);
  return async (request, reply) => {
    const place = takePlace(holderOf(request));
    if (place === null) {
      await reply.code(503).header('retry-after', RETRY_AFTER_SECONDS).send({ error: 'busy' });
      return;
    }
    request.place = place;
    reply.raw.once('close', () => place.leave());
  };
}

function holderOf({ authentication, ip }: FastifyRequest): string {
  const principal = authentication?.principal;
  if (principal?.kind === 'person') return `person ${principal.name}`;
  return principal?.kind === 'display' ? `display ${principal.id}` : `machine ${machineOf(ip)}`;
}

interface Answered {
  readonly request: FastifyRequest;
  readonly isStillAuthorized: () => boolean;
}

function answer(route: Route, { request, isStillAuthorized }: Answered, reply: FastifyReply): unknown {
  const { authentication, headers, body, ip } = request;
  const routeRequest = {
    csrfToken: authentication?.csrfToken ?? '',
    params: request.params as Readonly<Record<string, string>>,
    query: request.query as Readonly<Record<string, string | undefined>>,
    body,
    headers,
    address: ip,
    isStillAuthorized,
  };
  if (route.minimumRole === 'anonymous')
    return route.handle({ ...routeRequest, principal: authentication?.principal ?? null }, reply);
  if (authentication === null) throw new Error(`${route.path} was reached without authentication.`);
  return route.handle({ ...routeRequest, principal: authentication.principal }, reply);
}

/** While the store cannot be read, sessions stay as they are. */
function isSameSender(
  { headers, ip, authentication }: FastifyRequest,
  minimumRole: MinimumRole,
  authenticator: Authenticator,
): boolean {
  try {
    const background = { ...headers, 'x-bonewatch-background': '1' };
    const now = authenticator.authenticate({ headers: background, address: ip })?.principal ?? null;
    const isSame = JSON.stringify(now) === JSON.stringify(authentication?.principal ?? null);
    return isSame && isAuthorized(now, minimumRole);
  } catch (error) {
    if (!isBonewatchError(error)) throw error;
    return true;
  }
}

function isFromOwnPage({ authentication, headers }: FastifyRequest): boolean {
  const given = headers['x-csrf-token'];
  if (authentication === null || typeof given !== 'string') return false;
  const [expected, actual] = [Buffer.from(authentication.csrfToken), Buffer.from(given)];
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}

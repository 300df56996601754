import type { FastifyReply } from 'fastify';
import type { Principal, MinimumRole } from './access/principal.ts';
import type { Handle, Route } from './route.ts';

/** A built page at an address; browsers revalidate it each time. */
export function pageRoute(path: string, file: string, minimumRole: MinimumRole): Route {
  const handle: Handle<Principal | null> = (_request, reply) => sendPageFile(reply, file);
  return { method: 'GET', path, minimumRole, handle };
}

/** Sends a built page. */
export function sendPageFile(reply: FastifyReply, file: string): FastifyReply {
  return reply.header('cache-control', 'no-cache').sendFile(file, { cacheControl: false });
}

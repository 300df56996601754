import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyReply } from 'fastify';
import type { Principal, MinimumRole } from './access/principal.ts';

/** One address of the pages or their API. Nothing is served that is not in the table of routes. */
export type Route = Address &
  (
    | { readonly minimumRole: 'anonymous'; readonly handle: Handle<Principal | null> }
    | { readonly minimumRole: Exclude<MinimumRole, 'anonymous'>; readonly handle: Handle<Principal> }
  );

interface Address {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Such as `/api/images/:id`. A paired display reaches a path with `:ward` for its own ward only. */
  readonly path: string;
  /** Largest body taken, 64 kB without it. JSON is parsed; `application/octet-stream` is a Buffer. */
  readonly maxBodyBytes?: number;
  /** Pages ask it of their own accord, with requests that cannot say so: it is no sign of life for a session. */
  readonly isBackground?: true;
}

/** Answers with what it returns, as JSON, or with what it gave to `reply`. */
export type Handle<Who> = (asked: RouteRequest<Who>, reply: FastifyReply) => unknown;

/** What was asked, and by whom. Parameters, query and body come from outside: parse them. */
export interface RouteRequest<Who = Principal> {
  readonly principal: Who;
  /** What the principal's pages must send along with every change; empty for nobody known. */
  readonly csrfToken: string;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string | undefined>>;
  readonly body: unknown;
  readonly headers: IncomingHttpHeaders;
  /** Address of the asking machine. */
  readonly address: string;
}

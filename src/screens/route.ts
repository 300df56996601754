import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyReply } from 'fastify';
import type { ConcurrencyLimit } from './concurrency-limit.ts';
import type { Principal, MinimumRole } from './access/principal.ts';

/** One address of the pages or their API. Only the routes of the table are served. */
export type Route = Address &
  (
    | { readonly minimumRole: 'anonymous'; readonly handle: Handle<Principal | null> }
    | { readonly minimumRole: Exclude<MinimumRole, 'anonymous'>; readonly handle: Handle<Principal> }
  );

interface Address {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Such as `/api/images/:id`. A paired display reaches a path with `:ward` for its own ward only. */
  readonly path: string;
  /** Largest accepted body; 64 kB by default. JSON is parsed; `application/octet-stream` is a Buffer. */
  readonly maxBodyBytes?: number;
  /** Requests beyond it are answered with 503 before their body is read. */
  readonly concurrency?: ConcurrencyLimit;
  /** Pages request it without a person, and cannot set a header: it does not extend the session. */
  readonly isBackground?: true;
  /** The handler itself decides about displays of another ward: it also answers for wards that do not exist. */
  readonly checksWard?: true;
}

/** Sends its return value as JSON, unless it sent a response through `reply`. */
export type Handle<Who> = (request: RouteRequest<Who>, reply: FastifyReply) => unknown;

/** A request and its sender. Parameters, query and body are untrusted: parse them. */
export interface RouteRequest<Who = Principal> {
  readonly principal: Who;
  /** The pages send it with every change; empty without authentication. */
  readonly csrfToken: string;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string | undefined>>;
  readonly body: unknown;
  readonly headers: IncomingHttpHeaders;
  /** Address of the client. */
  readonly address: string;
  /** Whether the sender would still be admitted, for a response that lasts. Does not extend the session. */
  readonly isStillAuthorized: () => boolean;
}

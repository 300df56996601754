import fastify from 'fastify';
import type { FastifyReply } from 'fastify';
import { BonewatchError } from '../contract/errors.ts';
import { HTTP_TIMEOUTS } from '../network/http-timeouts.ts';
import { limitConnections } from '../network/limit-connections.ts';
import type { Check } from './check.ts';
import { runChecks } from './run-checks.ts';

export interface HealthOptions {
  /** `host:port`; port 0 takes a free one. */
  readonly listen: string;
  readonly version: string;
  /** The checks of `/health`: everything that can fail. */
  readonly checks: readonly Check[];
  /** The checks of `/ready`: model loaded, engine ready, inbox watched, store writable. */
  readonly readiness: readonly Check[];
  readonly metrics: { readonly contentType: string; render(): Promise<string> };
  readonly checkDeadlineMs?: number;
  /** A connection of this machine was closed because too many are open. */
  readonly onRefused?: (machine: string) => void;
}

const CONNECTIONS = { max: 128, maxPerMachine: 16 };
const SERVER_OPTIONS = {
  logger: false,
  bodyLimit: 1_024,
  http: HTTP_TIMEOUTS,
  requestTimeout: 10_000,
  connectionTimeout: 30_000,
  keepAliveTimeout: HTTP_TIMEOUTS.keepAliveTimeout,
  forceCloseConnections: true,
} as const;

export interface HealthServer extends AsyncDisposable {
  /** The address it listens on, for example `http://127.0.0.1:8471`. */
  readonly url: string;
}

/**
 * Serves `/health`, `/ready` (both 200, or 503 as soon as one check has failed; `degraded` is still 200) and
 * `/metrics` (Prometheus). Read-only, without sign-in, without patient data and never cached.
 *
 * @throws BonewatchError PORT_IN_USE if the address cannot be listened on.
 */
export async function serveHealth(options: HealthOptions): Promise<HealthServer> {
  const deadlineMs = options.checkDeadlineMs ?? 3_000;
  const app = fastify(SERVER_OPTIONS);
  limitConnections(app.server, { ...CONNECTIONS, onRefused: options.onRefused ?? (() => undefined) });

  app.addHook('onRequest', async (_request, reply) => {
    reply.headers({
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'",
      'x-content-type-options': 'nosniff',
    });
  });
  app.get('/health', async (_request, reply) => answer(reply, options.checks));
  app.get('/ready', async (_request, reply) => answer(reply, options.readiness));
  app.get('/metrics', async (_request, reply) => {
    const text = await options.metrics.render();
    return reply.type(options.metrics.contentType).send(text);
  });

  async function answer(reply: FastifyReply, checks: readonly Check[]): Promise<FastifyReply> {
    const report = await runChecks(checks, { deadlineMs });
    return reply.code(report.state === 'failed' ? 503 : 200).send({
      schema: 'bonewatch.checks/1',
      version: options.version,
      ts: new Date().toISOString(),
      ...report,
    });
  }

  const { host, port } = parseAddress(options.listen);
  try {
    const url = await app.listen({ host, port, listenTextResolver: (address) => address });
    return { url, [Symbol.asyncDispose]: () => app.close() };
  } catch (cause) {
    throw new BonewatchError('PORT_IN_USE', `Health cannot be served on ${options.listen}.`, { cause });
  }
}

/** Splits `host:port`; an IPv6 host stands in brackets. */
function parseAddress(listen: string): { host: string; port: number } {
  const colon = listen.lastIndexOf(':');
  return { host: listen.slice(0, colon).replace(/^\[(.*)\]$/, '$1'), port: Number(listen.slice(colon + 1)) };
}

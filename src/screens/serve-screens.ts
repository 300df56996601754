import { existsSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import { fastify } from 'fastify';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Logger } from 'pino';
import { BonewatchError } from '../errors.ts';
import { readPlainPage } from './plain-page.ts';
import type { PlainPage } from './plain-page.ts';
import { securityHeaders } from './security-headers.ts';
import type { WardFacts } from './ward-facts.ts';
import { wordsFor } from './pages/words/words-for.ts';

/** The built pages, beside `src/` in a checkout and beside the compiled daemon in a package. */
const PAGES = fileURLToPath(new URL('../../dist/pages/', import.meta.url));
const PACKAGED_PAGES = fileURLToPath(new URL('../pages/', import.meta.url));

export interface ScreensOptions {
  readonly listen: { readonly host: string; readonly port: number };
  readonly site: {
    readonly id: string;
    readonly name: string;
    readonly timezone: string;
    readonly language: 'ko' | 'en';
  };
  /** Id of the device whose alerts the wards see. */
  readonly device: string;
  readonly wards: readonly ScreenWard[];
  /** Extension of the radiography room, shown when a display is cut off; empty: none. */
  readonly phone: string;
  /** Where displays reach the broker; null: at `/mqtt` of this server. */
  readonly websocketUrl: string | null;
  readonly protocolVersion: 'auto' | 4 | 5;
  readonly now: () => Date;
  readonly log: Logger;
  /** Folder of the built pages; the shipped ones without it. */
  readonly pages?: string;
}

interface ScreenWard {
  readonly id: string;
  readonly name: string;
  readonly detail: string;
  readonly staff: readonly string[];
}

export interface Screens extends AsyncDisposable {
  /** Where the pages are, such as `http://127.0.0.1:8470`. */
  readonly url: string;
  /** For the WebSocket bridge to the broker, which listens to its `upgrade`. */
  readonly httpServer: Server;
}

/**
 * Serves the ward displays. Resolves once it listens; a taken address is `PORT_IN_USE`, and pages that were never
 * built are a plain error that says how to build them.
 */
export async function serveScreens(options: ScreensOptions): Promise<Screens> {
  const pages = findPages(options.pages);
  const app = fastify({ logger: false, forceCloseConnections: true });
  const plain = readPlainPage(pages, options.site);
  app.addHook('onSend', async (_request, reply) => {
    reply.headers(securityHeaders(options.websocketUrl));
  });
  await serveFiles(app, pages);
  servePages(app, plain, options);
  serveFacts(app, options);
  app.setNotFoundHandler((request, reply) => {
    if (request.url.startsWith('/api/')) return reply.code(404).send({ error: 'not-found' });
    return sendMissing(reply, plain, options);
  });
  app.setErrorHandler((err, request, reply) => {
    options.log.error({ err, url: request.url }, 'page request failed');
    return reply.code(500).send({ error: 'internal' });
  });
  await listen(app, options.listen);
  const { port } = app.server.address() as AddressInfo;
  const host = options.listen.host.includes(':') ? `[${options.listen.host}]` : options.listen.host;
  return {
    url: `http://${host}:${port}`,
    httpServer: app.server,
    [Symbol.asyncDispose]: async () => {
      await app.close();
    },
  };
}

function findPages(given: string | undefined): string {
  const folder = [given ?? PAGES, PACKAGED_PAGES].find((path) => existsSync(`${path}/ward/index.html`));
  if (folder === undefined) throw new Error('The pages have not been built. Run `npm run build:pages`.');
  return folder;
}

async function serveFiles(app: FastifyInstance, pages: string): Promise<void> {
  await app.register(fastifyStatic, {
    root: pages,
    serve: false,
  });
  await app.register(fastifyStatic, {
    root: `${pages}/assets`,
    prefix: '/assets/',
    decorateReply: false,
    index: false,
    preCompressed: true,
    immutable: true,
    maxAge: '1y',
  });
  app.get('/icon.svg', (_request, reply) => reply.sendFile('icon.svg', { maxAge: '1d' }));
}

function servePages(app: FastifyInstance, plain: PlainPage, options: ScreensOptions): void {
  const words = wordsFor(options.site.language);
  app.get('/', (_request, reply) =>
    sendPage(
      reply,
      plain.render(
        words.chooseWard,
        options.wards.map((ward) => wardLink(ward)),
      ),
    ),
  );
  app.get<{ Params: { ward: string } }>('/ward/:ward', (request, reply) => {
    if (findWard(options, request.params.ward) === undefined) return sendMissing(reply, plain, options);
    return reply.header('cache-control', 'no-cache').sendFile('ward/index.html', { cacheControl: false });
  });
}

function serveFacts(app: FastifyInstance, options: ScreensOptions): void {
  const serverTime = (): string => options.now().toISOString();
  app.get('/api/time', (_request, reply) =>
    reply.header('cache-control', 'no-store').send({ now: serverTime() }),
  );
  app.get<{ Params: { ward: string } }>('/api/ward/:ward', (request, reply) => {
    const ward = findWard(options, request.params.ward);
    if (ward === undefined) return reply.code(404).send({ error: 'not-found' });
    const { id, name, timezone, language } = options.site;
    const facts: WardFacts = {
      site: { id, name, timezone },
      language,
      device: options.device,
      ward: { id: ward.id, name: ward.name, detail: ward.detail },
      wardNames: Object.fromEntries(options.wards.map((one) => [one.id, one.name])),
      staff: ward.staff,
      phone: options.phone,
      websocketUrl: options.websocketUrl,
      protocolVersion: options.protocolVersion,
      serverTime: serverTime(),
    };
    return reply.header('cache-control', 'no-store').send(facts);
  });
}

function findWard(options: ScreensOptions, id: string): ScreenWard | undefined {
  return options.wards.find((ward) => ward.id === id);
}

function wardLink(ward: ScreenWard): {
  readonly href: string;
  readonly text: string;
  readonly detail: string;
} {
  return { href: `/ward/${ward.id}`, text: ward.name, detail: ward.detail };
}

function sendMissing(reply: FastifyReply, plain: PlainPage, options: ScreensOptions): FastifyReply {
  const words = wordsFor(options.site.language);
  const page = plain.render(words.noSuchWard, [{ href: '/', text: words.allWards, detail: '' }]);
  return sendPage(reply.code(404), page);
}

function sendPage(reply: FastifyReply, html: string): FastifyReply {
  return reply.header('cache-control', 'no-cache').type('text/html; charset=utf-8').send(html);
}

async function listen(app: FastifyInstance, address: ScreensOptions['listen']): Promise<void> {
  try {
    await app.listen({ host: address.host, port: address.port });
  } catch (cause) {
    await app.close();
    throw new BonewatchError('PORT_IN_USE', `Cannot listen on ${address.host}:${address.port}`, { cause });
  }
}

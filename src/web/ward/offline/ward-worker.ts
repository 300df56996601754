/**
 * Service worker of the ward displays: a page that was open once opens again while its server is down. Files with a
 * hash in their name come from the cache; the page itself from the server as long as that answers. API requests are
 * never cached: their data must be current, or marked as old by the page.
 */
interface ExtendableEvent extends Event {
  waitUntil(work: Promise<unknown>): void;
}

interface FetchEvent extends ExtendableEvent {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}

/** The parts of a worker's global scope that a page lacks; TypeScript cannot load the types of both. */
interface WorkerScope {
  readonly clients: { claim(): Promise<void> };
  skipWaiting(): Promise<void>;
  addEventListener(type: 'install' | 'activate', listener: (event: ExtendableEvent) => void): void;
  addEventListener(type: 'fetch', listener: (event: FetchEvent) => void): void;
  addEventListener(
    type: 'message',
    listener: (event: ExtendableEvent & { readonly data: unknown }) => void,
  ): void;
}

const CACHE = 'bonewatch-ward';
const ANSWER_WITHIN_MS = 4_000;
const worker = globalThis as unknown as WorkerScope;

worker.addEventListener('install', (event) => event.waitUntil(worker.skipWaiting()));
worker.addEventListener('activate', (event) => event.waitUntil(worker.clients.claim()));
worker.addEventListener('message', (event) => {
  const paths = Array.isArray(event.data) ? event.data.filter((path) => typeof path === 'string') : [];
  event.waitUntil(cacheOnly(paths.filter((path) => isPage(path) || isFile(path))));
});
worker.addEventListener('fetch', (event) => {
  const { method, mode, url } = event.request;
  const { origin, pathname } = new URL(url);
  if (method !== 'GET' || origin !== location.origin) return;
  if (isFile(pathname)) event.respondWith(cacheFirst(event.request));
  else if (isPage(pathname) && mode === 'navigate') event.respondWith(networkFirst(event.request));
});

function isPage(path: string): boolean {
  return path.startsWith('/ward/');
}

function isFile(path: string): boolean {
  return path.startsWith('/assets/') || path === '/icon.svg';
}

/** Caches these files, and removes assets of older pages; pages of other wards stay cached. */
async function cacheOnly(paths: readonly string[]): Promise<void> {
  const cache = await caches.open(CACHE);
  const cachedPaths = (await cache.keys()).map(({ url }) => new URL(url).pathname);
  const outdated = cachedPaths.filter((path) => path.startsWith('/assets/') && !paths.includes(path));
  await Promise.all(outdated.map((path) => cache.delete(path)));
  await cache.addAll(paths.filter((path) => !cachedPaths.includes(path)));
}

async function cacheFirst(request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  return (await cache.match(request)) ?? fetch(request);
}

/** A redirect of the server, such as to the pairing, is followed; a server error is answered from the cache. */
async function networkFirst(request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  const cached = await cache.match(request, { ignoreSearch: true });
  try {
    const fresh = await (cached === undefined ? fetch(request) : inTime(fetch(request)));
    if (fresh.status === 200) await cache.put(request.url.replace(/[?#].*$/, ''), fresh.clone());
    return fresh.status >= 500 && cached !== undefined ? cached : fresh;
  } catch (error) {
    if (cached === undefined) throw error;
    return cached;
  }
}

function inTime(answer: Promise<Response>): Promise<Response> {
  const late = new Promise<never>((_resolve, reject) => {
    setTimeout(() => reject(new Error('The server did not answer in time.')), ANSWER_WITHIN_MS);
  });
  return Promise.race([answer, late]);
}

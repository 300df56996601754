/**
 * Service worker of the ward displays: a page that was open once opens again while its server is down. Files whose
 * name holds their hash come from the copy; the page itself from the server as long as that answers. It never touches
 * the API: what it says must be of now, or say itself that it is not.
 */
interface Lasting extends Event {
  waitUntil(work: Promise<unknown>): void;
}

interface Fetching extends Lasting {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}

/** What a worker has and a page has not; the types of both do not go together. */
interface WorkerScope {
  readonly clients: { claim(): Promise<void> };
  skipWaiting(): Promise<void>;
  addEventListener(type: 'install' | 'activate', hear: (event: Lasting) => void): void;
  addEventListener(type: 'fetch', hear: (event: Fetching) => void): void;
  addEventListener(type: 'message', hear: (event: Lasting & { readonly data: unknown }) => void): void;
}

const CACHE = 'bonewatch-ward';
const ANSWER_WITHIN_MS = 4_000;
const worker = globalThis as unknown as WorkerScope;

worker.addEventListener('install', (event) => event.waitUntil(worker.skipWaiting()));
worker.addEventListener('activate', (event) => event.waitUntil(worker.clients.claim()));
worker.addEventListener('message', (event) => {
  const paths = Array.isArray(event.data) ? event.data.filter((path) => typeof path === 'string') : [];
  event.waitUntil(keepOnly(paths.filter((path) => isPage(path) || isFile(path))));
});
worker.addEventListener('fetch', (event) => {
  const { method, mode, url } = event.request;
  const { origin, pathname } = new URL(url);
  if (method !== 'GET' || origin !== location.origin) return;
  if (isFile(pathname)) event.respondWith(keptOrFresh(event.request));
  else if (isPage(pathname) && mode === 'navigate') event.respondWith(freshOrKept(event.request));
});

function isPage(path: string): boolean {
  return path.startsWith('/ward/');
}

function isFile(path: string): boolean {
  return path.startsWith('/assets/') || path === '/icon.svg';
}

/** Files of an older page go; pages of other wards stay. */
async function keepOnly(paths: readonly string[]): Promise<void> {
  const cache = await caches.open(CACHE);
  const kept = (await cache.keys()).map(({ url }) => new URL(url).pathname);
  const outdated = kept.filter((path) => path.startsWith('/assets/') && !paths.includes(path));
  await Promise.all(outdated.map((path) => cache.delete(path)));
  await cache.addAll(paths.filter((path) => !kept.includes(path)));
}

async function keptOrFresh(request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  return (await cache.match(request)) ?? fetch(request);
}

/** A server that sends the page elsewhere, to the pairing for example, is obeyed; one that is out of order is not. */
async function freshOrKept(request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(request, { ignoreSearch: true });
  try {
    const fresh = await (kept === undefined ? fetch(request) : inTime(fetch(request)));
    if (fresh.status === 200) await cache.put(request.url.replace(/[?#].*$/, ''), fresh.clone());
    return fresh.status >= 500 && kept !== undefined ? kept : fresh;
  } catch (error) {
    if (kept === undefined) throw error;
    return kept;
  }
}

function inTime(answer: Promise<Response>): Promise<Response> {
  const late = new Promise<never>((_resolve, reject) => {
    setTimeout(() => reject(new Error('no answer')), ANSWER_WITHIN_MS);
  });
  return Promise.race([answer, late]);
}

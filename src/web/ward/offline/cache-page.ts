/**
 * Caches this page in the browser, so that it also opens while the web server is down: the service worker gets the list
 * of files that the page has loaded. Without a service worker (no TLS) the page needs its server to open.
 */
export function cachePage(): void {
  if (!('serviceWorker' in navigator)) return;
  const { serviceWorker } = navigator;
  serviceWorker
    .register('/ward-worker.js', { scope: '/ward/' })
    .then(() => serviceWorker.ready)
    .then(({ active }) => document.fonts.ready.then(() => active?.postMessage(filesOfPage())))
    .catch(() => undefined);
}

function filesOfPage(): readonly string[] {
  const loaded = performance.getEntriesByType('resource').map(({ name }) => new URL(name));
  const files = loaded.filter(({ origin, pathname }) => origin === location.origin && isFile(pathname));
  return [location.pathname, ...new Set(files.map(({ pathname }) => pathname))];
}

function isFile(path: string): boolean {
  return path.startsWith('/assets/') || path === '/icon.svg';
}

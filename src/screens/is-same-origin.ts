import type { IncomingHttpHeaders } from 'node:http';

/** Whether a request comes from a page of this server. Browsers always send an Origin with a change. */
export function isSameOrigin({ origin, host }: IncomingHttpHeaders): boolean {
  if (origin === undefined) return true;
  return URL.canParse(origin) && new URL(origin).host === host;
}

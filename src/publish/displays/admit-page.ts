import type { IncomingMessage as HttpRequest } from 'node:http';
import type { DisplayGrant } from './display-grant.ts';

/** An admitted page. */
export interface AdmittedPage {
  /** Its permissions; null: unrestricted, its bytes pass unchanged. */
  readonly grant: DisplayGrant | null;
  /** The person, display or machine that it counts for. */
  readonly holder: string;
  /** How many pages its holder may have connected at once. */
  readonly maxPages: number;
  /** Whether it would still be admitted: checked every two seconds. */
  isStillAdmitted(): boolean;
}

/** Authenticates a request; null: not authenticated. */
export type Admit = (request: HttpRequest) => AdmittedPage | null;

/** The connected pages of all holders together. */
const MAX_PAGES = 200;

/** Admits every page, for a port that only one machine reaches. */
export const admitEverybody: Admit = () => ({
  grant: null,
  holder: '',
  maxPages: MAX_PAGES,
  isStillAdmitted: () => true,
});

interface Admission {
  readonly admit: Admit;
  /** Origins, other than the page's own host, whose pages may connect. */
  readonly allowedOrigins: readonly string[];
  /** The holders of the connected pages, one entry for each page. */
  readonly holders: readonly string[];
}

/** The page that requests a connection, or the HTTP status of its refusal. */
export function admitPage(
  request: HttpRequest,
  { admit, allowedOrigins, holders }: Admission,
): AdmittedPage | { readonly refusal: string } {
  if (holders.length >= MAX_PAGES) return { refusal: '503 Service Unavailable' };
  if (!isAllowedOrigin(request, allowedOrigins)) return { refusal: '403 Forbidden' };
  if (!offersMqtt(request)) return { refusal: '400 Bad Request' };
  const page = admit(request);
  if (page === null) return { refusal: '401 Unauthorized' };
  const pages = holders.filter((holder) => holder === page.holder).length;
  return pages >= page.maxPages ? { refusal: '429 Too Many Requests' } : page;
}

/** Browsers always send an Origin; a client without one is not a page, so no cross-site attack is possible. */
function isAllowedOrigin({ headers }: HttpRequest, allowed: readonly string[]): boolean {
  if (headers.origin === undefined || allowed.includes(headers.origin)) return true;
  return URL.canParse(headers.origin) && new URL(headers.origin).host === headers.host;
}

function offersMqtt({ headers }: HttpRequest): boolean {
  const offered = headers['sec-websocket-protocol'] ?? '';
  return offered.split(',').some((protocol) => protocol.trim() === 'mqtt');
}

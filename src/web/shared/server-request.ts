import type { Me } from '../../contract/api/access.ts';

/** The server refused a request. */
export class ServerRefusal extends Error {
  readonly status: number;
  /** Such as `not-found`; empty if the response names none. */
  readonly reason: string;
  /** How long to wait before the next attempt; 0 if the response names no time. */
  readonly seconds: number;

  constructor(status: number, reason: string, seconds: number) {
    super(`${status} ${reason}`);
    this.name = 'ServerRefusal';
    this.status = status;
    this.reason = reason;
    this.seconds = seconds;
  }
}

interface RequestOptions {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Sent as JSON; a Blob or bytes as they are. */
  readonly body?: unknown;
  /** Sent by the page automatically: it does not extend an idle session. */
  readonly isBackground?: boolean;
  readonly signal?: AbortSignal;
}

const PATHS_WITHOUT_SESSION = new Set(['/api/sign-in', '/api/pairing']);
let cachedMe: Promise<Me> | null = null;

/** Returns who is signed in. @throws ServerRefusal */
export function fetchMe(): Promise<Me> {
  cachedMe ??= requestJson<Me>('/api/me', { isBackground: true }).catch((error: unknown) => {
    cachedMe = null;
    throw error;
  });
  return cachedMe;
}

/**
 * Requests JSON from the server, with the CSRF token that every change needs. If the session has ended, the page
 * redirects to the sign-in and the promise stays pending.
 * @throws ServerRefusal, or the browser's TypeError if the server does not answer
 */
export async function requestJson<Answer>(path: string, options: RequestOptions = {}): Promise<Answer> {
  const response = await request(path, options);
  return (response.status === 204 ? undefined : await response.json()) as Answer;
}

/** Like `requestJson`, for a response that is not JSON. @throws ServerRefusal */
export async function request(path: string, options: RequestOptions = {}): Promise<Response> {
  const response = await send(path, options);
  if (response.ok) return response;
  if (response.status === 401) return goToSignIn();
  const refusal = await refusalOf(response);
  if (refusal.reason !== 'csrf') throw refusal;
  // Another person may have signed in at this browser since.
  cachedMe = null;
  const again = await send(path, options);
  if (again.ok) return again;
  throw await refusalOf(again);
}

async function send(path: string, options: RequestOptions): Promise<Response> {
  const { method = 'GET', body, isBackground = false, signal } = options;
  const isRaw = body instanceof Blob || body instanceof ArrayBuffer || ArrayBuffer.isView(body);
  const headers = new Headers();
  if (isBackground) headers.set('x-bonewatch-background', '1');
  if (body !== undefined)
    headers.set('content-type', isRaw ? 'application/octet-stream' : 'application/json');
  if (method !== 'GET' && !PATHS_WITHOUT_SESSION.has(path))
    headers.set('x-csrf-token', (await fetchMe()).csrfToken);
  return fetch(path, {
    method,
    headers,
    cache: 'no-store',
    credentials: 'same-origin',
    ...(body === undefined ? {} : { body: isRaw ? (body as BodyInit) : JSON.stringify(body) }),
    ...(signal ? { signal } : {}),
  });
}

async function refusalOf(response: Response): Promise<ServerRefusal> {
  const body: unknown = await response.json().catch(() => null);
  const { error, seconds } = (body ?? {}) as { readonly error?: unknown; readonly seconds?: unknown };
  return new ServerRefusal(response.status, typeof error === 'string' ? error : '', Number(seconds ?? 0));
}

function goToSignIn(): Promise<never> {
  const signInPage = location.pathname.startsWith('/ward/') ? '/pair' : '/sign-in';
  location.assign(`${signInPage}?to=${encodeURIComponent(`${location.pathname}${location.search}`)}`);
  return new Promise(() => undefined);
}

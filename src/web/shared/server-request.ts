import type { Me } from '../../contract/api/access.ts';

/** What the server answered instead of what was asked for. */
export class ServerRefusal extends Error {
  readonly status: number;
  /** Such as `not-found`; empty where the answer names none. */
  readonly reason: string;
  /** How long to wait before the next try; 0 where the answer names no time. */
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
  /** Asked by the page of its own accord: it does not keep a session of nobody alive. */
  readonly isBackground?: boolean;
  readonly signal?: AbortSignal;
}

const PATHS_WITHOUT_SESSION = new Set(['/api/sign-in', '/api/pairing']);
let known: Promise<Me> | null = null;

/** Who this page is seen by. @throws ServerRefusal */
export function fetchMe(): Promise<Me> {
  known ??= requestJson<Me>('/api/me', { isBackground: true }).catch((error: unknown) => {
    known = null;
    throw error;
  });
  return known;
}

/**
 * Asks the server for JSON, with the token that every change needs. Where the session has ended, the page goes to the
 * sign-in and this never settles.
 * @throws ServerRefusal, or the browser's TypeError where the server does not answer
 */
export async function requestJson<Answer>(path: string, question: RequestOptions = {}): Promise<Answer> {
  const response = await request(path, question);
  return (response.status === 204 ? undefined : await response.json()) as Answer;
}

/** As askServer, for an answer that is no JSON. @throws ServerRefusal */
export async function request(path: string, question: RequestOptions = {}): Promise<Response> {
  const response = await send(path, question);
  if (response.ok) return response;
  if (response.status === 401) return goToSignIn();
  const refusal = await refusalOf(response);
  if (refusal.reason !== 'csrf') throw refusal;
  // Somebody else may have signed in at this browser meanwhile.
  known = null;
  const again = await send(path, question);
  if (again.ok) return again;
  throw await refusalOf(again);
}

async function send(path: string, question: RequestOptions): Promise<Response> {
  const { method = 'GET', body, isBackground = false, signal } = question;
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
  const entrance = location.pathname.startsWith('/ward/') ? '/pair' : '/sign-in';
  location.assign(`${entrance}?to=${encodeURIComponent(`${location.pathname}${location.search}`)}`);
  return new Promise(() => undefined);
}

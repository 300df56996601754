import type { Me } from '../access/me.ts';

/** What the server answered instead of what was asked for. */
export class ServerRefusal extends Error {
  readonly status: number;
  /** Such as `not-found`; empty where the answer names none. */
  readonly reason: string;

  constructor(status: number, reason: string) {
    super(`${status} ${reason}`);
    this.name = 'ServerRefusal';
    this.status = status;
    this.reason = reason;
  }
}

interface Question {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Sent as JSON; a Blob or bytes as they are. */
  readonly body?: unknown;
  /** Asked by the page of its own accord: it does not keep a session of nobody alive. */
  readonly isBackground?: boolean;
  readonly signal?: AbortSignal;
}

let known: Promise<Me> | null = null;

/** Who this page is seen by. @throws ServerRefusal */
export function whoAmI(): Promise<Me> {
  known ??= askServer<Me>('/api/me', { isBackground: true }).catch((error: unknown) => {
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
export async function askServer<Answer>(path: string, question: Question = {}): Promise<Answer> {
  const response = await fetchSigned(path, question);
  return (response.status === 204 ? undefined : await response.json()) as Answer;
}

/** As askServer, for an answer that is no JSON. @throws ServerRefusal */
export async function fetchSigned(path: string, question: Question = {}): Promise<Response> {
  const response = await send(path, question);
  if (response.ok) return response;
  const reason = await reasonOf(response);
  if (response.status === 401) return goToSignIn();
  if (reason === 'csrf') {
    known = null;
    const again = await send(path, question);
    if (again.ok) return again;
    throw new ServerRefusal(again.status, await reasonOf(again));
  }
  throw new ServerRefusal(response.status, reason);
}

async function send(path: string, question: Question): Promise<Response> {
  const { method = 'GET', body, isBackground = false, signal } = question;
  const isRaw = body instanceof Blob || body instanceof ArrayBuffer || ArrayBuffer.isView(body);
  const headers = new Headers();
  if (isBackground) headers.set('x-bonewatch-background', '1');
  if (body !== undefined)
    headers.set('content-type', isRaw ? 'application/octet-stream' : 'application/json');
  if (method !== 'GET') headers.set('x-csrf-token', (await whoAmI()).csrfToken);
  return fetch(path, {
    method,
    headers,
    cache: 'no-store',
    credentials: 'same-origin',
    ...(body === undefined ? {} : { body: isRaw ? (body as BodyInit) : JSON.stringify(body) }),
    ...(signal ? { signal } : {}),
  });
}

async function reasonOf(response: Response): Promise<string> {
  const body: unknown = await response.json().catch(() => null);
  const isNamed = typeof body === 'object' && body !== null && 'error' in body;
  return isNamed && typeof body.error === 'string' ? body.error : '';
}

function goToSignIn(): Promise<never> {
  const entrance = location.pathname.startsWith('/ward/') ? '/pair' : '/sign-in';
  location.assign(`${entrance}?to=${encodeURIComponent(`${location.pathname}${location.search}`)}`);
  return new Promise(() => undefined);
}

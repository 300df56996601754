import type { IncomingHttpHeaders } from 'node:http';
import { parseCookie, stringifySetCookie } from 'cookie';

/** What a browser keeps for us: who signed in, which display it is, and which code it waits for. */
export type CookieName = 'session' | 'display' | 'pairing';

export interface Cookies {
  read(headers: IncomingHttpHeaders, name: CookieName): string | undefined;
  /** The `Set-Cookie` that makes a browser keep a value: a display for good, the others until it is closed. */
  set(name: CookieName, value: string): string;
  /** The `Set-Cookie` that makes it forget. */
  clear(name: CookieName): string;
}

/** The longest that Chromium keeps a cookie; each answer to a display begins it anew. */
const MAX_AGE_SECONDS = 400 * 24 * 3600;

/**
 * Cookies that no script can read and that other sites cannot make a browser send along with a change. With TLS they
 * travel encrypted only, and no other host of the same domain can plant them (`__Host-`, RFC 6265bis).
 */
export function createCookies({ isSecure }: { readonly isSecure: boolean }): Cookies {
  const nameOf = (name: CookieName): string => `${isSecure ? '__Host-' : ''}bonewatch-${name}`;
  const options = { path: '/', httpOnly: true, sameSite: 'lax', secure: isSecure } as const;
  return {
    read: ({ cookie }, name) => (cookie === undefined ? undefined : parseCookie(cookie)[nameOf(name)]),
    set: (name, value) =>
      stringifySetCookie({
        name: nameOf(name),
        value,
        ...options,
        ...(name === 'display' ? { maxAge: MAX_AGE_SECONDS } : {}),
      }),
    clear: (name) => stringifySetCookie({ name: nameOf(name), value: '', ...options, maxAge: 0 }),
  };
}

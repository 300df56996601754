import type { IncomingHttpHeaders } from 'node:http';
import { parseCookie, stringifySetCookie } from 'cookie';

/** Session: who signed in. Display: which display it is. Pairing: which code the screen is waiting for. */
export type CookieName = 'session' | 'display' | 'pairing';

export interface Cookies {
  read(headers: IncomingHttpHeaders, name: CookieName): string | undefined;
  /** A `Set-Cookie` header. The display cookie is persistent, the others end with the browser session. */
  set(name: CookieName, value: string): string;
  /** A `Set-Cookie` header that deletes the cookie. */
  clear(name: CookieName): string;
}

/** The longest lifetime that Chromium allows; each response to a display starts it again. */
const MAX_AGE_SECONDS = 400 * 24 * 3600;

/**
 * Cookies that no script can read and that a browser does not send with a change from another site. With TLS they are
 * sent over TLS only, and no other host of the same domain can set them (`__Host-`, RFC 6265bis).
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

import { createHmac } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Displays } from '../../store/access/displays.ts';
import type { SessionLimits, Sessions } from '../../store/access/sessions.ts';
import type { Users } from '../../store/access/users.ts';
import type { Authentication, Authenticator } from './authenticator.ts';
import type { Cookies } from './cookies.ts';
import { openAuthenticator } from './open-authenticator.ts';

export interface SessionAuthenticatorDeps {
  readonly users: Pick<Users, 'any'>;
  readonly sessions: Pick<Sessions, 'find'>;
  readonly displays: Pick<Displays, 'find'>;
  readonly cookies: Cookies;
  readonly limits: SessionLimits;
  /** Who is admitted while there is no user. */
  readonly openTo: 'none' | 'this-machine' | 'network';
}

/**
 * Authenticates people who signed in, and paired displays. While there is no user, it admits those that `openTo`
 * names instead.
 */
export function sessionAuthenticator(options: SessionAuthenticatorDeps): Authenticator {
  const { users, sessions, displays, cookies, limits, openTo } = options;
  const open = openAuthenticator();

  function authenticatePerson(headers: IncomingHttpHeaders): Authentication | null {
    const token = cookies.read(headers, 'session');
    if (token === undefined) return null;
    const isAlive = headers['x-bonewatch-background'] === undefined;
    const session = sessions.find(token, { ...limits, isAlive });
    if (session === undefined) return null;
    const { id, name, role } = session;
    return {
      principal: { kind: 'person', name, role, displayId: `person-${id}` },
      csrfToken: csrfTokenOf(token),
    };
  }

  function authenticateDisplay(headers: IncomingHttpHeaders): Authentication | null {
    const token = cookies.read(headers, 'display');
    const display = token === undefined ? undefined : displays.find(token);
    if (token === undefined || display === undefined) return null;
    return {
      principal: { kind: 'display', ...display },
      csrfToken: csrfTokenOf(token),
      renewal: cookies.set('display', token),
    };
  }

  return {
    authenticate(credentials) {
      const { headers } = credentials;
      if (users.any()) return authenticatePerson(headers) ?? authenticateDisplay(headers);
      const isOpen = openTo === 'network' || (openTo === 'this-machine' && isForThisMachine(headers));
      return isOpen ? open.authenticate(credentials) : null;
    },
  };
}

/** Derived from the token, and the token cannot be derived from it. */
function csrfTokenOf(token: string): string {
  return createHmac('sha256', token).update('csrf').digest('base64url');
}

/** Whether the Host header names this machine: any other name may be a page of an attacker (DNS rebinding). */
function isForThisMachine({ host }: IncomingHttpHeaders): boolean {
  const name = (host ?? '').replace(/:\d+$/, '');
  return name === 'localhost' || name === '[::1]' || /^127(\.\d{1,3}){3}$/.test(name);
}

import type { IncomingMessage } from 'node:http';
import { hostOf, isLoopback } from '../../config/listen-address.ts';
import type { Config } from '../../config/schema.ts';
import { BonewatchError } from '../../contract/errors.ts';
import type { DisplayGrant } from '../../publish/displays/display-grant.ts';
import { machineOf } from '../../network/machine-of.ts';
import type { AdmittedPage, Admit } from '../../publish/displays/admit-page.ts';
import { createCookies } from '../../screens/access/cookies.ts';
import {
  sessionAuthenticator,
  type SessionAuthenticatorDeps,
} from '../../screens/access/session-authenticator.ts';
import { pairingRoutes } from '../../screens/access/pairing-routes.ts';
import { createSignIn } from '../../screens/access/sign-in.ts';
import { signInRoutes } from '../../screens/access/sign-in-routes.ts';
import { isAuthorized, type Principal } from '../../screens/access/principal.ts';
import type { Authenticator } from '../../screens/access/authenticator.ts';
import type { Route } from '../../screens/route.ts';
import { auditRecorder, type RecordAudit } from '../../screens/access/audit-recorder.ts';
import type { Store } from '../../store/open-store.ts';
import { damagedCopies } from '../../store/database/recovery/quarantine-database.ts';

/** Who may see the screens. */
export interface Access {
  readonly authenticator: Authenticator;
  readonly recordAudit: RecordAudit;
  /** Signing in, pairing a display. */
  readonly routes: readonly Route[];
  /** Whether a page may connect to the broker, and what it may do there. */
  readonly admit: Admit;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/**
 * Connects sign-in with the store. Throws SCREENS_UNPROTECTED if the pages are on the network and no user can sign in,
 * except while a damaged database is quarantined: then alerts continue, and the pages are closed.
 */
export function openAccess(
  config: Pick<Config, 'site' | 'device' | 'wards' | 'screens' | 'store'>,
  store: Pick<Store, 'users' | 'sessions' | 'displays' | 'audit'>,
): Access {
  const { users, sessions, displays, audit } = store;
  const { idleMinutes, maxSessionHours } = config.screens.users;
  const limits = { idleMs: idleMinutes * MINUTE_MS, maxMs: maxSessionHours * HOUR_MS };
  const openTo = openToOf(config.screens);
  if (openTo === 'none' && !users.any() && damagedCopies(config.store.path).length === 0) {
    const message = `screens.listen ${config.screens.listen} is reached by others, and there is no user.`;
    throw new BonewatchError('SCREENS_UNPROTECTED', message);
  }
  sessions.removeExpired(limits);
  const cookies = createCookies({ isSecure: config.screens.tls !== undefined });
  const authenticator = sessionAuthenticator({ users, sessions, displays, cookies, limits, openTo });
  const now = (): Date => new Date();
  const nowMs = (): number => performance.now();
  const recordAudit = auditRecorder(audit, now);
  const signIn = createSignIn({ users, sessions, audit, now, nowMs });
  return {
    authenticator,
    recordAudit,
    routes: [
      ...signInRoutes({ site: config.site, users, sessions, cookies, signIn, recordAudit }),
      ...pairingRoutes({ displays, wards: config.wards, cookies, recordAudit, nowMs }),
    ],
    admit(request) {
      const admitted = admittedBy(authenticator, request);
      if (admitted === null) return null;
      return {
        grant: grantOf(admitted, config),
        ...shareOf(admitted, request),
        isStillAdmitted: () => isSame(admittedBy(authenticator, request), admitted),
      };
    },
  };
}

function openToOf({ listen, trustNetwork }: Config['screens']): SessionAuthenticatorDeps['openTo'] {
  if (trustNetwork) return 'network';
  return isLoopback(hostOf(listen)) ? 'this-machine' : 'none';
}

/** An open connection is not activity of a user. */
function admittedBy(authenticator: Authenticator, { headers, socket }: IncomingMessage): Principal | null {
  const credentials = {
    headers: { ...headers, 'x-bonewatch-background': '1' },
    address: socket.remoteAddress ?? '',
  };
  return authenticator.authenticate(credentials)?.principal ?? null;
}

/** A changed role applies at once, so the page must reconnect. */
function isSame(now: Principal | null, before: Principal): boolean {
  return JSON.stringify(now) === JSON.stringify(before);
}

/** Pages of one display, of one person, and of one machine while there is no user. */
const MAX_PAGES = { display: 4, person: 8, anyone: 100 };

/** So that one display, person or machine cannot take the connections of all others. */
function shareOf(
  principal: Principal,
  { socket }: IncomingMessage,
): Pick<AdmittedPage, 'holder' | 'maxPages'> {
  const maxPages = MAX_PAGES[principal.kind];
  switch (principal.kind) {
    case 'anyone':
      return { holder: `machine ${machineOf(socket.remoteAddress ?? '')}`, maxPages };
    case 'person':
      return { holder: `person ${principal.name}`, maxPages };
    case 'display':
      return { holder: `display ${principal.id}`, maxPages };
  }
}

function grantOf(principal: Principal, { site, device }: Pick<Config, 'site' | 'device'>): DisplayGrant {
  const topics = { site: site.id, device: device.id };
  const watching = { ...topics, mayAnswer: true, isWatching: true };
  if (principal.kind === 'anyone')
    return { ...watching, displayId: null, ward: null, sender: { kind: 'this-machine' } };
  const { name } = principal;
  if (principal.kind === 'display') {
    const { id: displayId, ward } = principal;
    return { ...watching, displayId, ward, sender: { kind: 'display', name } };
  }
  const isNurse = isAuthorized(principal, 'nurse');
  return {
    ...topics,
    displayId: principal.displayId,
    ward: null,
    mayAnswer: isNurse,
    isWatching: isNurse,
    sender: { kind: 'person', name },
  };
}

import { describe, expect, it } from 'vitest';
import { createCookies } from '../../../src/screens/access/cookies.ts';
import {
  sessionAuthenticator,
  type SessionAuthenticatorDeps,
} from '../../../src/screens/access/session-authenticator.ts';
import { aClock, aStore } from '../../store/a-store.ts';

const MINUTE_MS = 60_000;
const limits = { idleMs: 30 * MINUTE_MS, maxMs: 12 * 60 * MINUTE_MS };
const cookies = createCookies({ isSecure: false });

function openAuthentication(openTo: SessionAuthenticatorDeps['openTo'] = 'none') {
  const clock = aClock();
  const { users, sessions, displays } = aStore({ clock });
  const authenticator = sessionAuthenticator({ users, sessions, displays, cookies, limits, openTo });
  const principalOf = (headers: Record<string, string>) =>
    authenticator.authenticate({ headers, address: '::1' })?.principal ?? null;
  return { clock, users, sessions, principalOf };
}

function addKim({ users }: ReturnType<typeof openAuthentication>): void {
  users.add({ name: 'Kim', role: 'nurse', password: 'scrypt$' });
}

describe('the authenticator of the screens', () => {
  it('admits this machine while there is no user, and only under its own name', () => {
    const access = openAuthentication('this-machine');

    expect(access.principalOf({ host: '127.0.0.1:8470' })).toEqual({ kind: 'anyone' });
    expect(access.principalOf({ host: 'localhost' })).toEqual({ kind: 'anyone' });
    expect(access.principalOf({ host: '[::1]:8470' })).toEqual({ kind: 'anyone' });
    expect(access.principalOf({ host: 'rebound.example:8470' })).toBeNull();
    expect(access.principalOf({ host: '127.0.0.1.evil.example' })).toBeNull();

    addKim(access);
    expect(access.principalOf({ host: '127.0.0.1:8470' })).toBeNull();
  });

  it('admits no network client without a user, unless the network is trusted', () => {
    expect(openAuthentication('none').principalOf({ host: 'localhost' })).toBeNull();
    expect(openAuthentication('network').principalOf({ host: 'ward.example' })).toEqual({ kind: 'anyone' });
  });

  it('ends a session after half an hour without activity, and background requests are no activity', () => {
    const access = openAuthentication();
    addKim(access);
    const cookie = `bonewatch-session=${access.sessions.begin('kim')}`;
    const wait = (minutes: number) => (access.clock.time += minutes * MINUTE_MS);

    wait(29);
    expect(access.principalOf({ cookie })).toMatchObject({ name: 'Kim', role: 'nurse' });
    wait(29);
    expect(access.principalOf({ cookie, 'x-bonewatch-background': '1' })).toMatchObject({ name: 'Kim' });
    wait(2);
    expect(access.principalOf({ cookie })).toBeNull();
  });

  it('ends a session after twelve hours in any case, and when the clock jumped back', () => {
    const access = openAuthentication();
    addKim(access);
    const cookie = `bonewatch-session=${access.sessions.begin('Kim')}`;
    for (let minutes = 0; minutes <= 12 * 60 - 20; minutes += 20) {
      expect(access.principalOf({ cookie })).not.toBeNull();
      access.clock.time += 20 * MINUTE_MS;
    }
    access.clock.time += MINUTE_MS;
    expect(access.principalOf({ cookie })).toBeNull();

    const later = `bonewatch-session=${access.sessions.begin('Kim')}`;
    access.clock.time -= 24 * 60 * MINUTE_MS;
    expect(access.principalOf({ cookie: later })).toBeNull();
  });

  it('applies a new role at once', () => {
    const access = openAuthentication();
    addKim(access);
    const cookie = `bonewatch-session=${access.sessions.begin('Kim')}`;

    access.users.setRole('KIM', 'viewer');

    expect(access.principalOf({ cookie })).toMatchObject({ role: 'viewer' });
  });
});

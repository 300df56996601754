import { describe, expect, it } from 'vitest';
import { createCookies } from '../../../src/screens/access/cookies.ts';
import {
  sessionAuthenticator,
  type SessionAuthenticatorDeps,
} from '../../../src/screens/access/session-authenticator.ts';
import { aClock, aStore } from '../../store/a-store.ts';

const MINUTE_MS = 60_000;
const limits = { idleMs: 30 * MINUTE_MS, longestMs: 12 * 60 * MINUTE_MS };
const cookies = createCookies({ isSecure: false });

function aDoor(openTo: SessionAuthenticatorDeps['openTo'] = 'nobody') {
  const clock = aClock();
  const { users, sessions, displays } = aStore({ clock });
  const door = sessionAuthenticator({ users, sessions, displays, cookies, limits, openTo });
  const knock = (headers: Record<string, string>) =>
    door.authenticate({ headers, address: '::1' })?.asker ?? null;
  return { clock, users, sessions, knock };
}

function addKim({ users }: ReturnType<typeof aDoor>): void {
  users.add({ name: 'Kim', role: 'nurse', password: 'scrypt$' });
}

describe('the door of the screens', () => {
  it('is open to this machine alone as long as there is no user, and only by its own name', () => {
    const house = aDoor('this-machine');

    expect(house.knock({ host: '127.0.0.1:8470' })).toEqual({ kind: 'anyone' });
    expect(house.knock({ host: 'localhost' })).toEqual({ kind: 'anyone' });
    expect(house.knock({ host: '[::1]:8470' })).toEqual({ kind: 'anyone' });
    expect(house.knock({ host: 'rebound.example:8470' })).toBeNull();
    expect(house.knock({ host: '127.0.0.1.evil.example' })).toBeNull();

    addKim(house);
    expect(house.knock({ host: '127.0.0.1:8470' })).toBeNull();
  });

  it('stays shut where others reach it, even without a user', () => {
    expect(aDoor('nobody').knock({ host: 'localhost' })).toBeNull();
    expect(aDoor('network').knock({ host: 'ward.example' })).toEqual({ kind: 'anyone' });
  });

  it('shuts after half an hour without a touch; what a page asks by itself is none', () => {
    const house = aDoor();
    addKim(house);
    const cookie = `bonewatch-session=${house.sessions.begin('kim')}`;
    const wait = (minutes: number) => (house.clock.time += minutes * MINUTE_MS);

    wait(29);
    expect(house.knock({ cookie })).toMatchObject({ name: 'Kim', role: 'nurse' });
    wait(29);
    expect(house.knock({ cookie, 'x-bonewatch-background': '1' })).toMatchObject({ name: 'Kim' });
    wait(2);
    expect(house.knock({ cookie })).toBeNull();
  });

  it('shuts after twelve hours in any case, and when the clock cannot tell any more', () => {
    const house = aDoor();
    addKim(house);
    const cookie = `bonewatch-session=${house.sessions.begin('Kim')}`;
    for (let minutes = 0; minutes <= 12 * 60 - 20; minutes += 20) {
      expect(house.knock({ cookie })).not.toBeNull();
      house.clock.time += 20 * MINUTE_MS;
    }
    house.clock.time += MINUTE_MS;
    expect(house.knock({ cookie })).toBeNull();

    const later = `bonewatch-session=${house.sessions.begin('Kim')}`;
    house.clock.time -= 24 * 60 * MINUTE_MS;
    expect(house.knock({ cookie: later })).toBeNull();
  });

  it('sees a new role at once', () => {
    const house = aDoor();
    addKim(house);
    const cookie = `bonewatch-session=${house.sessions.begin('Kim')}`;

    house.users.setRole('KIM', 'viewer');

    expect(house.knock({ cookie })).toMatchObject({ role: 'viewer' });
  });
});

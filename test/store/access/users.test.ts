import { expect, it } from 'vitest';
import { aClock, aStore } from '../a-store.ts';

const kim = { name: 'Kim', role: 'nurse', password: 'scrypt$' } as const;

it.each(['', ' ', '<script>', 'a\nb', 'x'.repeat(61), 'bonewatch', 'This Machine', 'display w3', '=cmd'])(
  'the user name %j is rejected',
  (name) => {
    expect(() => aStore().users.add({ ...kim, name })).toThrow('name');
  },
);

it('names that differ only in case, width or spaces are the same name', () => {
  const { users } = aStore();
  users.add({ ...kim, name: '김서연 간호사' });

  expect(() => users.add({ ...kim, name: '김서연  간호사'.normalize('NFD') })).toThrow('already');
  expect(users.find('김서연 간호사'.normalize('NFD'))?.name).toBe('김서연 간호사');
});

it('removing a user ends the sessions of that user', () => {
  const { users, sessions } = aStore();
  users.add(kim);
  const token = sessions.begin('Kim');

  users.remove('kim');
  users.add(kim);

  expect(sessions.find(token, { idleMs: 1e9, maxMs: 1e9, isAlive: true })).toBeUndefined();
});

it('a pairing code expires after ten minutes', () => {
  const clock = aClock();
  const { displays } = aStore({ clock });
  const first = displays.ask({ ward: 'w3', address: '::1' });

  clock.time += 10 * 60_000 + 1;

  expect(displays.confirm(first.code, { name: 'wall', ward: 'w3', by: 'Kim' })).toBeUndefined();
  expect(displays.claim(first.secret)).toBeNull();
});

it('a confirmed display that never fetched its token is removed', () => {
  const clock = aClock();
  const { displays } = aStore({ clock });
  const pairing = displays.ask({ ward: 'w3', address: '::1' });
  displays.confirm(pairing.code, { name: 'wall', ward: 'w3', by: 'Kim' });

  clock.time += 10 * 60_000 + 1;
  displays.ask({ ward: 'w3', address: '::1' });

  expect(displays.list()).toEqual([]);
});

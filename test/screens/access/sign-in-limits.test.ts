import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSignInLimits, type Attempt } from '../../../src/screens/access/sign-in-limits.ts';

const MINUTE_MS = 60_000;

function aClock() {
  return { ms: 0 };
}

/** Makes failed attempts until one is refused; gives how many were checked. */
function failUntilRefused(limits: ReturnType<typeof createSignInLimits>, attempt: Attempt): number {
  for (let checked = 0; checked < 100; checked += 1) {
    if (limits.waitMs(attempt) > 0) return checked;
    limits.fail(attempt);
  }
  return 100;
}

describe('the limits of the sign-in', () => {
  it('give the right password of a name a check from every machine, however many others guess', () => {
    const limits = createSignInLimits(() => 0);
    for (let machine = 1; machine <= 200; machine += 1)
      failUntilRefused(limits, { name: 'Kim', address: `10.0.0.${machine}` });

    expect(limits.waitMs({ name: 'Kim', address: '10.1.0.1' })).toBe(0);
  });

  it('give a name under attack all its attempts from a machine that it has signed in from', () => {
    const limits = createSignInLimits(() => 0);
    const own = { name: 'Kim', address: '10.1.0.1' };
    limits.fail(own);
    limits.succeed(own);
    for (let machine = 1; machine <= 50; machine += 1)
      failUntilRefused(limits, { name: 'Kim', address: `10.0.0.${machine}` });

    expect(failUntilRefused(limits, own)).toBe(5);
    expect(failUntilRefused(limits, { name: 'Kim', address: '10.1.0.2' })).toBe(2);
    expect(failUntilRefused(limits, { name: 'Lee', address: '10.1.0.3' })).toBe(5);
  });

  it('give one machine twenty wrong attempts with any names, and again after a quarter of an hour', () => {
    const clock = aClock();
    const limits = createSignInLimits(() => clock.ms);
    let checked = 0;
    for (let name = 0; name < 50; name += 1) {
      const attempt = { name: `name ${name}`, address: '10.0.0.1' };
      if (limits.waitMs(attempt) > 0) continue;
      limits.fail(attempt);
      checked += 1;
    }

    expect(checked).toBe(20);
    expect(limits.waitMs({ name: 'Kim', address: '10.0.0.2' })).toBe(0);
    clock.ms += 15 * MINUTE_MS;
    expect(limits.waitMs({ name: 'Kim', address: '10.0.0.1' })).toBe(0);
  });

  it('count every spelling of a name, and every address of an IPv6 network, as one', () => {
    const limits = createSignInLimits(() => 0);
    const spellings = ['Kim', ' kim', 'KIM', 'kIm ', 'Ｋim'];
    for (const [index, name] of spellings.entries())
      limits.fail({ name, address: `2001:db8:1:2::${index + 1}` });

    expect(limits.waitMs({ name: 'kim', address: '2001:db8:1:2:ffff::9' })).toBeGreaterThan(0);
  });

  it('do not depend on the name, so that names that exist and names that do not are refused alike', () => {
    const names = fc.constantFrom('a', 'b', 'c');
    const addresses = fc.constantFrom('10.0.0.1', '10.0.0.2', '10.0.0.3');
    const attempts = fc.array(fc.record({ name: names, address: addresses }), { maxLength: 60 });
    fc.assert(
      fc.property(attempts, (made) => {
        const waits = (renamed: Readonly<Record<string, string>>): readonly number[] => {
          const limits = createSignInLimits(() => 0);
          return made.map(({ name, address }) => {
            const attempt = { name: renamed[name] ?? name, address };
            const wait = limits.waitMs(attempt);
            if (wait === 0) limits.fail(attempt);
            return wait;
          });
        };

        expect(waits({ a: 'Kim', b: 'nobody 1', c: 'nobody 2' })).toEqual(waits({ a: 'x', b: 'y', c: 'z' }));
      }),
    );
  });
});

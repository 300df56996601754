import type { Principal } from './principal.ts';
import { nameOf } from './principal.ts';

/** Looking again within this time is one look. */
const ONE_LOOK_MS = 60_000;
const LOOKS_REMEMBERED = 500;

/** Tells whether somebody looks at something anew, so that each look is written down and not each request of one. */
export function firstViewWithin(now: () => Date): (principal: Principal, subject: string) => boolean {
  const looks = new Map<string, number>();
  return function isNewLook(principal, subject) {
    const key = `${nameOf(principal)} ${subject}`;
    const at = now().getTime();
    const last = looks.get(key) ?? 0;
    looks.delete(key);
    looks.set(key, at);
    const [oldest] = looks.keys();
    if (looks.size > LOOKS_REMEMBERED && oldest !== undefined) looks.delete(oldest);
    return at - last >= ONE_LOOK_MS;
  };
}

import type { Principal } from './principal.ts';
import { nameOf } from './principal.ts';

/** Views within this time count as one. */
const ONE_VIEW_MS = 60_000;
const MAX_REMEMBERED_VIEWS = 500;

/** Whether this is a new view of a subject, so that the audit log has one row for each view and not for each request. */
export function firstViewWithin(now: () => Date): (principal: Principal, subject: string) => boolean {
  const views = new Map<string, number>();
  return function isFirstView(principal, subject) {
    const key = `${nameOf(principal)} ${subject}`;
    const at = now().getTime();
    const last = views.get(key) ?? 0;
    views.delete(key);
    views.set(key, at);
    const [oldest] = views.keys();
    if (views.size > MAX_REMEMBERED_VIEWS && oldest !== undefined) views.delete(oldest);
    return at - last >= ONE_VIEW_MS;
  };
}

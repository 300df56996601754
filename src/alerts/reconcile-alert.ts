import type { Alert } from '../contract/alert.ts';
import { moreSerious } from './fold-study.ts';
import { isSame } from './is-same.ts';
import { joinSites } from './join-sites.ts';
import { moreUrgent } from './priority-of.ts';
import { revised, unacknowledged } from './update-alert.ts';

/**
 * What holds when the store and the broker remember one alert of this device differently, as they do after an old
 * backup was restored. The broker's word is our own from before: where its revision is newer it stands; where two
 * lives made the same revision, the store's stands in a revision above both, with whatever was more serious in either
 * and open again if that is news to it. The very `stored` comes back where there is nothing to learn.
 */
export function reconcileAlert(stored: Alert, kept: Alert, now: string): Alert {
  if (kept.rev > stored.rev) return { ...kept, place: stored.place };
  if (kept.rev < stored.rev || isSame({ ...kept, place: stored.place }, stored)) return stored;
  const { sites, isWider } = joinSites(stored.sites, kept.sites);
  const joined: Alert = {
    ...stored,
    sites,
    outcome: moreSerious(stored.outcome, kept.outcome),
    priority: moreUrgent(stored.priority, kept.priority),
    confidence: Math.max(stored.confidence, kept.confidence),
  };
  const isRise = isWider || joined.outcome !== stored.outcome || joined.priority !== stored.priority;
  if (!isRise) return revised(stored, joined, now);
  const isAnswered = stored.state === 'acknowledged' || stored.state === 'closed';
  const open = isAnswered ? unacknowledged(joined, now) : joined;
  const times = { ...open.times, sounded: now };
  return revised(stored, { ...open, isQuiet: false, newsRev: stored.rev + 1, times }, now);
}

import type { Alert } from '../contract/alert.ts';
import { moreSerious } from './fold-study.ts';
import { isEqualJson } from './equal-json.ts';
import { joinSites, lateralityOf } from './join-sites.ts';
import { moreUrgent } from './priority-of.ts';
import { revised, unacknowledged } from './update-alert.ts';

/**
 * The valid state of an alert of this device if store and broker hold different ones, as after the restore of an old
 * backup. The broker's state was published by this device earlier: if its revision is newer, it is valid. If both have
 * the same revision with different content, the store's is valid with a higher revision and the more serious values of
 * both, and is open again if those are news to it. Returns `stored` itself if the broker has nothing newer.
 */
export function reconcileAlert(stored: Alert, retained: Alert, now: string): Alert {
  if (retained.rev > stored.rev) return { ...retained, place: stored.place };
  if (retained.rev < stored.rev || isEqualJson({ ...retained, place: stored.place }, stored)) return stored;
  const { sites, isWider } = joinSites(stored.sites, retained.sites);
  const joined: Alert = {
    ...stored,
    sites,
    laterality: lateralityOf(sites, stored.bodyPart),
    outcome: moreSerious(stored.outcome, retained.outcome),
    priority: moreUrgent(stored.priority, retained.priority),
    confidence: Math.max(stored.confidence, retained.confidence),
  };
  const isRise = isWider || joined.outcome !== stored.outcome || joined.priority !== stored.priority;
  if (!isRise) return revised(stored, joined, now);
  const isAnswered = stored.state === 'acknowledged' || stored.state === 'closed';
  const open = isAnswered ? unacknowledged(joined, now) : joined;
  const times = { ...open.times, sounded: now };
  return revised(stored, { ...open, isQuiet: false, newsRev: stored.rev + 1, times }, now);
}

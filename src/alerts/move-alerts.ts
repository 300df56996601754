import type { Alert } from '../contract/alert.ts';
import { revised } from './update-alert.ts';

/** The wards of the configuration, and which of them takes over from a former one. */
export interface WardSuccession {
  readonly isConfigured: (ward: string) => boolean;
  /** The ward that lists this one in `formerly`; null: none. */
  readonly heirOf: (ward: string) => string | null;
}

export interface MoveContext extends WardSuccession {
  /** Where an alert of the same study would go today: for an alert whose ward has no heir. */
  readonly route: (alert: Alert) => readonly string[];
  /** Whether the heir has an unanswered alert of the same study, so that one row is enough. */
  readonly isShownBy: (heir: string, alert: Alert) => boolean;
  /** Whether the heir has any alert of the same study on its display: a study has one at most per ward. */
  readonly hasOwn: (heir: string, alert: Alert) => boolean;
  /** RFC 3339, UTC. */
  readonly now: string;
}

/** The configured wards and their former ids. */
export function wardSuccession(
  wards: readonly { readonly id: string; readonly formerly: readonly string[] }[],
): WardSuccession {
  const ids = new Set(wards.map(({ id }) => id));
  const heirs = new Map(wards.flatMap(({ id, formerly }) => formerly.map((former) => [former, id] as const)));
  return { isConfigured: (ward) => ids.has(ward), heirOf: (ward) => heirs.get(ward) ?? null };
}

/** The wards, sorted, that are not configured and whose alerts no other ward takes over. */
export function removedWards(alerts: readonly Alert[], { isConfigured, heirOf }: WardSuccession): string[] {
  const own = alerts.filter(({ state }) => state !== 'closed').map(({ place }) => place.ward);
  return [...new Set(own)].filter((ward) => !isConfigured(ward) && heirOf(ward) === null).toSorted();
}

/**
 * The next revision of an alert that is on a ward that is not configured any more: it belongs to the heir of its ward.
 * Without an heir it still belongs to the removed ward, and the wards see it that would get it today, so that no alert
 * is out of sight. An alert that the heir shows already is closed. Returns the same object if nothing is to do. Pure.
 */
export function moveAlert(alert: Alert, context: MoveContext): Alert {
  const { isConfigured, heirOf, now } = context;
  const currentOf = (ward: string): string | null => (isConfigured(ward) ? ward : heirOf(ward));
  const { place, wards } = alert;
  const own = currentOf(place.ward);
  if (own !== null && own !== place.ward && context.isShownBy(own, alert))
    return revised(alert, { ...alert, state: 'closed', times: { ...alert.times, cleared: now } }, now);
  const isTaken = own !== null && own !== place.ward && context.hasOwn(own, alert);
  const ward = own === null || isTaken ? place.ward : own;
  const current = [own, ...wards.map(currentOf)].flatMap((one) => one ?? []);
  const seeing = [...new Set(current.length === 0 ? context.route(alert) : current)];
  const isSame = ward === place.ward && seeing.join() === wards.join();
  return isSame ? alert : revised(alert, { ...alert, place: { ...place, ward }, wards: seeing }, now);
}

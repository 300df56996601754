import { moveAlert, removedWards, wardSuccession, type MoveContext } from '../../alerts/move-alerts.ts';
import { wardsFor } from '../../alerts/route-wards.ts';
import type { Config } from '../../config/schema.ts';
import type { Alert } from '../../contract/alert.ts';
import type { Logger } from '../../contract/logger.ts';
import { alertMessages, isShown } from '../../publish/messages/alert-messages.ts';
import type { TechnicalAlarms } from '../alarms/technical-alarms.ts';
import type { AlertCommandDeps } from './handle-alert-command.ts';

export interface MoveAlertsDeps extends AlertCommandDeps {
  readonly config: Pick<Config, 'wards' | 'inboxes'>;
  readonly alarms: Pick<TechnicalAlarms, 'raise' | 'clear'>;
  readonly log: Logger;
}

/**
 * Moves the alerts of wards that are not configured any more to the wards that take over from them, and clears the
 * retained topics of the former; alerts without an heir are shown on the wards that would get them today, and raise
 * WARD_REMOVED until they are closed. Returns how many alerts changed.
 */
export function moveAlertsOfRemovedWards(deps: MoveAlertsDeps): number {
  const { store, config, alarms, log } = deps;
  const shown = store.alerts.shown();
  const succession = wardSuccession(config.wards);
  const isElsewhere = ({ place, wards }: Alert): boolean =>
    !succession.isConfigured(place.ward) || !wards.every(succession.isConfigured);
  if (shown.some(isElsewhere)) {
    const moves = store.atomically(() =>
      store.alerts
        .shown()
        .filter(isElsewhere)
        .flatMap((alert) => move(alert, deps)),
    );
    for (const [route, count] of countBy(moves))
      log.info({ count, route }, 'alerts moved from a removed ward');
    reportRemoved(removedWards(store.alerts.shown(), succession), alarms);
    return moves.length;
  }
  reportRemoved([], alarms);
  return 0;
}

function reportRemoved(wards: readonly string[], alarms: MoveAlertsDeps['alarms']): void {
  if (wards.length === 0) alarms.clear('WARD_REMOVED');
  else alarms.raise('WARD_REMOVED', wards.join(', '));
}

/** Moves one alert; returns from which ward to which, nothing if it stays. */
function move(before: Alert, deps: MoveAlertsDeps): string[] {
  const { store, origin, clock } = deps;
  const now = new Date(clock.now()).toISOString();
  const after = moveAlert(before, contextOf(now, deps));
  if (after === before) return [];
  const from = before.place.ward;
  const to = after.state === 'closed' ? 'merged' : after.wards.join(' ');
  store.recordAlertChange(after, alertMessages(origin, before, after), {
    at: now,
    kind: 'alert-moved',
    actor: 'bonewatch',
    subject: after.id,
    detail: {
      from,
      ward: after.place.ward,
      wards: after.wards.join(' '),
      isMerged: after.state === 'closed',
      rev: after.rev,
    },
  });
  return [`${from} > ${to}`];
}

function contextOf(now: string, { store, config }: MoveAlertsDeps): MoveContext {
  const ofStudy = ({ id }: Alert, ward: string): readonly Alert[] =>
    store.alerts
      .forStudy(store.alerts.studyKeyOf(id) ?? '')
      .filter((other) => other.id !== id && other.place.ward === ward && isShown(other));
  return {
    ...wardSuccession(config.wards),
    now,
    hasOwn: (heir, alert) => ofStudy(alert, heir).length > 0,
    isShownBy: (heir, alert) =>
      ofStudy(alert, heir).some(({ state }) => state === 'open' || state === 'escalated'),
    route: (alert) => todaysWards(alert, { store, config }),
  };
}

/** Where the study of an alert would go today, as far as the store knows its origin. */
function todaysWards(
  { id, bodyPart }: Alert,
  { store, config }: Pick<MoveAlertsDeps, 'store' | 'config'>,
): readonly string[] {
  const [image] = store.results.ofStudy(store.alerts.studyKeyOf(id) ?? '');
  const inbox = image === undefined ? '' : (store.search.fileOf(image.arrivalId)?.inbox ?? '');
  const inboxWard = config.inboxes.find(({ path }) => path === inbox)?.ward ?? null;
  return wardsFor({ inbox, department: null, station: null, bodyPart, inboxWard }, config.wards);
}

function countBy(routes: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const route of routes) counts.set(route, (counts.get(route) ?? 0) + 1);
  return counts;
}

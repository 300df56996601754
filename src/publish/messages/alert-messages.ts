import type { Alert, AlertEvent } from '../../contract/alert.ts';
import type { RejectedCommand } from '../../contract/command-rejection.ts';
import type { Config } from '../../config/schema.ts';
import { buildTopic } from '../../contract/topics.ts';
import type { OutboxMessage } from '../../contract/outgoing-message.ts';

/** The publishing device, and what may leave it. */
export interface AlertOrigin {
  readonly site: string;
  /** In every payload, since several devices may alert the same ward: each repairs and clears only its own alerts. */
  readonly device: string;
  readonly privacyFields: Config['privacy']['fields'];
}

/** An alert as its retained topic holds it. */
export interface PublishedAlert extends Alert {
  readonly device: string;
}

/**
 * The messages about a changed alert, on each ward that shows it: its current state, retained, and the event. A closed
 * alert ends the event; once it is cleared, so is the retained state, as on a ward that it has left. Room and bed are published only with `place` in
 * `privacy.fields`, the picture's address only with `picture`. Empty if nothing changed. All have the alert's id as
 * order key.
 */
export function alertMessages(origin: AlertOrigin, before: Alert | null, after: Alert): OutboxMessage[] {
  if (before?.rev === after.rev) return [];
  return [
    ...retainedAlert(origin, after),
    ...(before?.wards ?? [])
      .filter((ward) => !after.wards.includes(ward))
      .map((ward) => clearedAlert(origin.site, ward, after.id)),
    ...after.wards.flatMap((ward) => {
      const knew = before?.wards.includes(ward) === true ? before : null;
      return eventMessages(origin, ward, { before: knew, after });
    }),
  ];
}

/** The retained current state of one alert on each of its wards; empty once it is cleared. */
export function retainedAlert(origin: AlertOrigin, alert: Alert): OutboxMessage[] {
  return alert.wards.map((ward) =>
    isShown(alert)
      ? {
          ...alertFacts(ward, alert.id, alert.rev),
          topic: buildTopic({ kind: 'alert', site: origin.site, ward, alertId: alert.id }),
          payload: JSON.stringify(publishedAlert(origin, ward, alert)),
          retain: true,
        }
      : clearedAlert(origin.site, ward, alert.id),
  );
}

/**
 * The answer to a display's command for an alert: the alert's current state, on that display's ward, with why the
 * command was rejected. Empty if the ward no longer shows the alert.
 */
export function rejectionMessages(
  origin: AlertOrigin,
  alert: Alert,
  { ward, ...rejected }: RejectedCommand & { readonly ward: string },
): OutboxMessage[] {
  const own = retainedAlert(origin, { ...alert, rejected }).filter((message) => message.ward === ward);
  return isShown(alert) ? own : [];
}

/** Clears the retained topic of an alert on one ward. */
export function clearedAlert(site: string, ward: string, id: string): OutboxMessage {
  return {
    ...alertFacts(ward, id, null),
    topic: buildTopic({ kind: 'alert', site, ward, alertId: id }),
    payload: '',
    retain: true,
  };
}

/** The columns that all messages about an alert share. */
function alertFacts(
  ward: string,
  alertId: string,
  rev: number | null,
): Omit<OutboxMessage, 'topic' | 'payload' | 'retain'> {
  return { target: 'mqtt', qos: 1, ward, alertId, rev, writtenAt: null, orderKey: alertId };
}

/** Whether an alert is on its wards: until it is closed, and withdrawn ones for a while longer. */
export function isShown({ state, withdrawn, times }: Alert): boolean {
  return state !== 'closed' || (withdrawn !== null && times.cleared === null);
}

function eventMessages(
  origin: AlertOrigin,
  ward: string,
  { before, after }: { readonly before: Alert | null; readonly after: Alert },
): OutboxMessage[] {
  // A withdrawn alert has ended before it leaves the wards.
  if (before?.state === 'closed' && after.state === 'closed') return [];
  const event: AlertEvent & { readonly rev: number } = {
    schema: 'bonewatch.event/1',
    type: eventType(before, after),
    rev: after.rev,
    before: before && publishedAlert(origin, ward, before),
    after: isShown(after) ? publishedAlert(origin, ward, after) : null,
  };
  return [
    {
      ...alertFacts(ward, after.id, after.rev),
      topic: buildTopic({ kind: 'event', site: origin.site, ward }),
      payload: JSON.stringify(event),
      retain: false,
    },
  ];
}

function eventType(before: Alert | null, after: Alert): AlertEvent['type'] {
  if (after.state === 'closed') return 'end';
  if (after.isQuiet) return 'update';
  const wasAnnounced = before !== null && before.state !== 'closed' && !before.isQuiet;
  return wasAnnounced || after.state === 'acknowledged' ? 'update' : 'new';
}

/** An alert as it is published to one of its wards: with its device, and only what may leave it. */
function publishedAlert({ device, privacyFields }: AlertOrigin, ward: string, alert: Alert): PublishedAlert {
  const place = privacyFields.includes('place')
    ? alert.place
    : { ward: alert.place.ward, room: null, bed: null };
  const hasPicture = privacyFields.includes('picture') && alert.state !== 'closed';
  return { ...alert, place, device, ...(hasPicture ? { thumbnail: thumbnailOf(alert, ward) } : {}) };
}

/**
 * The ward's own address of an alert's picture; it changes with the alert's news, so that browsers do not show an old
 * one.
 */
function thumbnailOf({ id, newsRev }: Alert, ward: string): string {
  return `/api/ward/${ward}/alerts/${id}/picture?news=${newsRev}`;
}

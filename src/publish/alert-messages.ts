import type { Alert, AlertEvent } from '../alerts/alert.ts';
import type { Config } from '../config/schema.ts';
import { wardTopics } from '../topics.ts';
import type { OutgoingMessage } from './outgoing-message.ts';

/** Who publishes, and what may leave the device. */
export interface AlertOrigin {
  readonly site: string;
  /** In every payload, since several devices may alert the same ward: each repairs and clears its own alone. */
  readonly device: string;
  readonly privacyFields: Config['privacy']['fields'];
}

/** An alert as its retained topic holds it. */
export interface PublishedAlert extends Alert {
  readonly device: string;
}

/**
 * What the broker must hear when an alert changes: its present state, retained, and the event for the ward. A closed
 * alert ends the event and clears the retained state. Room and bed leave the device only where `privacy.fields` names
 * `place`. Nothing where nothing changed. All have the alert's id as order key.
 */
export function alertMessages(origin: AlertOrigin, before: Alert | null, after: Alert): OutgoingMessage[] {
  if (before?.rev === after.rev) return [];
  const topics = wardTopics(origin.site, after.place.ward);
  const event: AlertEvent & { readonly rev: number } = {
    schema: 'bonewatch.event/1',
    type: eventType(before, after),
    rev: after.rev,
    before: before && published(origin, before),
    after: after.state === 'closed' ? null : published(origin, after),
  };
  return [
    retainedAlert(origin, after),
    { topic: topics.event, payload: JSON.stringify(event), qos: 1, retain: false, orderKey: after.id },
  ];
}

/** The retained present state of one alert; empty once it is closed. */
export function retainedAlert(origin: AlertOrigin, alert: Alert): OutgoingMessage {
  const topic = wardTopics(origin.site, alert.place.ward).alert(alert.id);
  const payload = alert.state === 'closed' ? '' : JSON.stringify(published(origin, alert));
  return { topic, payload, qos: 1, retain: true, orderKey: alert.id };
}

function eventType(before: Alert | null, after: Alert): AlertEvent['type'] {
  if (after.state === 'closed') return 'end';
  return before === null || before.state === 'closed' ? 'new' : 'update';
}

function published({ device, privacyFields }: AlertOrigin, alert: Alert): PublishedAlert {
  const place = privacyFields.includes('place')
    ? alert.place
    : { ward: alert.place.ward, room: null, bed: null };
  return { ...alert, place, device };
}

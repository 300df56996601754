import type { Alert } from '../contract/alert.ts';
import { revised } from './update-alert.ts';

/**
 * The next revision of an alert with times that were written with a wrong clock, corrected; the same object if it has
 * none. The time of acquisition is another machine's. Pure.
 */
export function correctAlertTimes(
  alert: Alert,
  { from, to, byMs }: { readonly from: number; readonly to: number; readonly byMs: number },
  now: string,
): Alert {
  const correct = <Time extends string | null>(time: Time): Time => {
    const at = time === null ? Number.NaN : Date.parse(time);
    return at >= from && at <= to ? (new Date(at + byMs).toISOString() as Time) : time;
  };
  const { times, escalation, withdrawn } = alert;
  const { acquired, ...own } = times;
  const corrected: Alert = {
    ...alert,
    times: {
      acquired,
      received: correct(own.received),
      inferred: correct(own.inferred),
      published: correct(own.published),
      raised: correct(own.raised),
      sounded: correct(own.sounded),
      acknowledged: correct(own.acknowledged),
      cleared: correct(own.cleared),
    },
    escalation: escalation && { ...escalation, at: correct(escalation.at) },
    withdrawn: withdrawn && { ...withdrawn, at: correct(withdrawn.at) },
  };
  return JSON.stringify(corrected) === JSON.stringify(alert) ? alert : revised(alert, corrected, now);
}

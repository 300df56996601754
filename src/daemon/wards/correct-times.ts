import { correctAlertTimes } from '../../alerts/correct-alert-times.ts';
import type { Logger } from '../../contract/logger.ts';
import { alertMessages } from '../../publish/messages/alert-messages.ts';
import type { ClockCorrection } from '../alarms/monitor-clock.ts';
import type { AlertCommandDeps } from './handle-alert-command.ts';

/**
 * Corrects what was recorded while the clock was wrong: the times of images, results and alerts, so that lists, ages and
 * retention are right, and publishes the alerts on the wards again. The audit log retains the wrong times, and has a row
 * that states by how much.
 */
export function correctTimes(
  { store, origin, clock, log }: AlertCommandDeps & { readonly log: Logger },
  correction: ClockCorrection,
): void {
  const now = new Date(clock.now()).toISOString();
  const bySeconds = Math.round(correction.byMs / 1000);
  const corrected = store.atomically(() => {
    const count = store.correctTimes(correction);
    for (const before of store.alerts.shown()) {
      const after = correctAlertTimes(before, correction, now);
      if (after !== before) store.recordAlertChange(after, alertMessages(origin, before, after), null);
    }
    const entry = { at: now, kind: 'clock-corrected', actor: 'bonewatch', subject: 'clock' };
    store.audit.append({ ...entry, detail: { bySeconds, corrected: count } });
    return count;
  });
  log.info({ bySeconds, corrected }, 'times of the wrong clock corrected');
}

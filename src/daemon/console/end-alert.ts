import { randomUUID } from 'node:crypto';
import { createRecentNonces } from '../../alerts/recent-nonces.ts';
import type { AlertRouteDeps } from '../../screens/console/alert-routes.ts';
import { handleAlertCommand, type AlertCommandDeps } from '../wards/handle-alert-command.ts';

/** Ends alerts in the name of people who signed in; the outbox publishes it within a second. */
export function createAlertEndings(deps: AlertCommandDeps): AlertRouteDeps['alerts'] {
  return {
    end(alertId, ending, { name }) {
      const alert = deps.store.alerts.get(alertId);
      if (alert === undefined) return 'unknown-alert';
      const command = {
        ...{ alertId, ward: alert.place.ward, by: name, display: null, rev: null },
        sender: { kind: 'person', name } as const,
        nonce: randomUUID(),
      };
      return handleAlertCommand(deps, { ...command, ...ending }, createRecentNonces());
    },
  };
}

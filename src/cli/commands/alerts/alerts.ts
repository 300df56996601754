import { randomUUID } from 'node:crypto';
import { userInfo } from 'node:os';
import type { Alert, Site, WithdrawReason } from '../../../contract/alert.ts';
import { createRecentNonces } from '../../../alerts/recent-nonces.ts';
import type { CommandRejection } from '../../../contract/command-rejection.ts';
import { handleAlertCommand } from '../../../daemon/wards/handle-alert-command.ts';
import { loadConfig } from '../../../config/load-config.ts';
import { BonewatchError } from '../../../contract/errors.ts';
import { openStore } from '../../../store/open-store.ts';
import { storePathOf } from '../../store-path.ts';
import { EXIT, print, printJson, table } from '../../terminal.ts';

export interface AlertsOptions {
  readonly config?: string;
  readonly limit: number;
  readonly json?: boolean;
}

/** `alerts list`: newest first, closed ones too. */
export async function listAlerts({ config, limit, json }: AlertsOptions): Promise<number> {
  using store = openStore(await storePathOf(config), { clock: Date, isReadOnly: true });
  const alerts = store.alerts.list(limit);
  if (json) {
    printJson(alerts, 1);
    return EXIT.ok;
  }
  const rows = alerts.map(({ id, state, priority, outcome, confidence, sites, place, caseRef, times }) => [
    id,
    times.received,
    place.ward,
    state,
    priority,
    outcome,
    confidence.toFixed(2),
    sites.map(siteText).join(' + '),
    caseRef,
  ]);
  const head = ['id', 'received', 'ward', 'state', 'priority', 'outcome', 'conf', 'sites', 'case'];
  for (const line of table([head, ...rows])) print(line);
  return EXIT.ok;
}

/** "wrist L", "hand", "? R": as the file states it. */
function siteText({ bodyPart, laterality }: Site): string {
  return [bodyPart ?? '?', laterality].filter((text) => text !== null).join(' ');
}

/** `alerts ack`: the same acknowledgement as a tap on the display; a running daemon sends it within a second. */
export async function acknowledgeAlert(
  id: string,
  { by, config }: { readonly by: string; readonly config?: string },
): Promise<number> {
  const alert = await command(id, { by, action: 'acknowledge' }, config);
  print(`${id}: acknowledged by ${alert.acknowledgedBy?.name ?? by}`);
  return EXIT.ok;
}

/** `alerts withdraw`: takes back an alert that a clinician disagrees with; the wards show who and why for a while. */
export async function withdrawAlert(
  id: string,
  { by, reason, config }: { readonly by: string; readonly reason: WithdrawReason; readonly config?: string },
): Promise<number> {
  const alert = await command(id, { by, action: 'withdraw', reason }, config);
  print(`${id}: withdrawn by ${alert.withdrawn?.by ?? by} (${alert.withdrawn?.reason ?? reason})`);
  return EXIT.ok;
}

const REJECTIONS: Readonly<Record<CommandRejection, (id: string) => string>> = {
  'unknown-alert': (id) => `There is no alert ${id}.`,
  'already-closed': (id) => `Alert ${id} is already closed.`,
  'not-acknowledged': (id) => `Alert ${id} is not acknowledged yet.`,
  'sign-in-required': (id) => `Alert ${id} can be ended only by a person who signed in.`,
  outdated: (id) => `Alert ${id} has changed since it was read.`,
};

type Wish = { readonly by: string } & (
  { readonly action: 'acknowledge' } | { readonly action: 'withdraw'; readonly reason: WithdrawReason }
);

/** Applies a command in the store and returns the changed alert. */
async function command(id: string, wish: Wish, file: string | undefined): Promise<Alert> {
  if (file === undefined)
    throw new BonewatchError('CONFIG_INVALID', 'The configuration is missing. Add --config FILE.');
  const config = await loadConfig(file);
  using store = openStore(config.store.path, { clock: Date });
  const alert = store.alerts.get(id);
  if (!alert) throw new BonewatchError('COMMAND_REFUSED', REJECTIONS['unknown-alert'](id));
  const origin = { site: config.site.id, device: config.device.id, privacyFields: config.privacy.fields };
  const rejection = handleAlertCommand(
    { store, origin, clock: Date },
    {
      ...wish,
      sender: { kind: 'terminal', name: userInfo().username },
      ward: alert.place.ward,
      alertId: id,
      display: null,
      nonce: randomUUID(),
      rev: null,
    },
    createRecentNonces(),
  );
  if (rejection) throw new BonewatchError('COMMAND_REFUSED', REJECTIONS[rejection](id));
  return store.alerts.get(id) ?? alert;
}

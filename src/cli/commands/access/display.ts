import { loadConfig } from '../../../config/load-config.ts';
import { BonewatchError } from '../../../contract/errors.ts';
import { openStore } from '../../../store/open-store.ts';
import { auditFromTerminal, terminalUser } from '../alerts/audit-from-terminal.ts';
import { storePathOf } from '../../store-path.ts';
import { EXIT, print, printJson, table } from '../../terminal.ts';

interface DisplayOptions {
  readonly config?: string;
}

/** `display list`: the screens that may show a ward without sign-in. */
export async function listDisplays({
  config,
  json,
}: DisplayOptions & { readonly json?: boolean }): Promise<number> {
  using store = openStore(await storePathOf(config), { clock: Date, isReadOnly: true });
  const time = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());
  const displays = store.displays
    .list()
    .map(({ pairedAt, seenAt, ...rest }) => ({ ...rest, pairedAt: time(pairedAt), seenAt: time(seenAt) }));
  if (json) {
    printJson(displays, 1);
    return EXIT.ok;
  }
  const rows = displays.map(({ id, ward, name, pairedBy, seenAt }) => [
    id,
    ward,
    name,
    pairedBy,
    seenAt ?? 'not yet',
  ]);
  for (const line of table([['id', 'ward', 'name', 'paired by', 'last seen'], ...rows])) print(line);
  return EXIT.ok;
}

/** `display pair`: the screen that shows this code becomes a display of the ward within seconds. */
export async function pairDisplay(
  code: string,
  {
    ward,
    name = 'display',
    config: file,
  }: DisplayOptions & { readonly ward: string; readonly name?: string },
): Promise<number> {
  if (file === undefined)
    throw new BonewatchError('CONFIG_INVALID', 'The configuration is missing. Add --config FILE.');
  const config = await loadConfig(file);
  if (!config.wards.some(({ id }) => id === ward))
    throw new BonewatchError('DISPLAY_UNKNOWN', `There is no ward ${ward}.`);
  using store = openStore(config.store.path, { clock: Date });
  const display = store.atomically(() => {
    const confirmed = store.displays.confirm(code, { name, ward, by: terminalUser() });
    if (confirmed === undefined) throw new BonewatchError('DISPLAY_UNKNOWN', 'No screen shows that code.');
    const { id, address } = confirmed;
    auditFromTerminal(store.audit, { kind: 'display-paired', subject: id, detail: { ward, name, address } });
    return confirmed;
  });
  print(`${display.id}: ${display.name}, a display of ${display.ward}, asked for by ${display.address}`);
  return EXIT.ok;
}

/** `display revoke`: the screen loses access within seconds. */
export async function revokeDisplay(id: string, { config }: DisplayOptions): Promise<number> {
  using store = openStore(await storePathOf(config), { clock: Date });
  const display = store.atomically(() => {
    const revoked = store.displays.revoke(id);
    if (revoked === undefined) throw new BonewatchError('DISPLAY_UNKNOWN', `There is no display ${id}.`);
    const { name, ward } = revoked;
    auditFromTerminal(store.audit, { kind: 'display-revoked', subject: id, detail: { ward, name } });
    return revoked;
  });
  print(`${display.id}: ${display.name} is no display any more`);
  return EXIT.ok;
}

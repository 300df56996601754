import { setTimeout as delay } from 'node:timers/promises';
import { ulid } from 'ulid';
import type { Config } from '../../../config/schema.ts';
import { isBonewatchError } from '../../../contract/errors.ts';
import type { OutgoingMessage } from '../../../contract/outgoing-message.ts';
import { buildTopic } from '../../../contract/topics.ts';
import type { Check, CheckOutcome } from '../../../health/check.ts';
import { chooseProtocolVersion } from '../../../publish/broker/choose-protocol-version.ts';
import { openSession, type Session } from '../../../publish/broker/open-session.ts';
import { readBrokerAccess, type BrokerAccess } from '../../../publish/broker/read-broker-access.ts';

const CONNECT_MS = 10_000;
/** A message that the broker delivers arrives within milliseconds. */
const ARRIVE_MS = 5_000;
const POLL_MS = 20;
/** An alert that does not exist. */
const ALERT = 'DOCTOR';

type DisplayConfig = Pick<Config, 'site' | 'device' | 'wards' | 'broker'>;

/**
 * Checks that what a ward page sends and receives passes the broker: messages are published and read back with the
 * address and the credentials of a page. That also finds what a broker of MQTT 3.1.1 drops silently. Nothing stays at
 * the broker; a running daemon logs a rejected command for each ward.
 */
export function displayChecks(config: DisplayConfig): Check[] {
  return config.broker.embedded ? [] : [{ name: 'displays', run: () => checkDisplays(config) }];
}

async function checkDisplays(config: DisplayConfig): Promise<CheckOutcome> {
  const { broker } = config;
  const page = broker.websocketUrl ?? broker.url;
  try {
    const access = await readBrokerAccess(broker, process.env['CREDENTIALS_DIRECTORY']);
    await using daemon = await openProbe(config, { url: broker.url, access, name: 'bonewatch-doctor' });
    await using display = await openProbe(config, { ...pageAddress(config, access), name: 'doctor' });
    const lost = await findLost(config, daemon, display);
    if (lost.length === 0)
      return { state: 'ok', message: `Presence, receipts, commands and alerts of ward pages pass ${page}.` };
    return {
      state: 'failed',
      message: `${page} does not deliver what ward pages send or receive: ${lost.join(', ')} [BROKER_FORBIDDEN]. ${hintFor(config)}`,
    };
  } catch (error) {
    if (!isBonewatchError(error)) throw error;
    const { message, code, hint } = error;
    return {
      state: 'failed',
      message: `As a ward page at ${page}: ${message} [${code}]. ${broker.websocketUrl === undefined ? hint : hintFor(config)}`,
    };
  }
}

function hintFor({ broker }: DisplayConfig): string {
  return broker.websocketUrl === undefined
    ? 'Grant the rights that `bonewatch config mosquitto FILE --part acl` prints.'
    : 'Pages have no name and password there. Without broker.websocketUrl they connect through the daemon.';
}

/** The daemon signs its pages in; a page that uses the broker's own listener has no credentials. */
function pageAddress(
  { broker }: DisplayConfig,
  access: BrokerAccess,
): { readonly url: string; readonly access: BrokerAccess } {
  if (broker.websocketUrl === undefined) return { url: broker.url, access };
  return { url: broker.websocketUrl, access: access.ca === undefined ? {} : { ca: access.ca } };
}

/** A client of the broker that notes the topics it receives. */
interface Probe extends AsyncDisposable {
  readonly id: string;
  readonly session: Session;
  readonly received: ReadonlySet<string>;
}

interface ProbeOptions {
  readonly url: string;
  readonly access: BrokerAccess;
  readonly name: string;
}

async function openProbe(config: DisplayConfig, options: ProbeOptions): Promise<Probe> {
  const protocol = chooseProtocolVersion(config.broker.protocolVersion);
  const id = `${options.name}-${ulid()}`;
  const received = new Set<string>();
  const { url, access } = options;
  const open = (): Promise<Session> =>
    openSession(
      {
        url,
        access,
        clientId: id,
        protocolVersion: protocol.version,
        lastWill: cleared(deviceTopic(config)),
        maxPacketBytes: Infinity,
        onMessage: ({ topic, isRetained }) => {
          if (!isRetained) received.add(topic);
        },
      },
      AbortSignal.timeout(CONNECT_MS),
    );
  const session = await open().catch((error: unknown) => {
    if (isBonewatchError(error) && protocol.reconsider(error)) return open();
    throw error;
  });
  return { id, session, received, [Symbol.asyncDispose]: () => session.end() };
}

/** A message from one client to another, which may be itself. */
interface Passage {
  readonly from: Probe;
  readonly to: Probe;
  /** How the outcome names it. */
  readonly name: string;
  readonly message: OutgoingMessage;
}

/** What does not arrive, by its topic. */
async function findLost(config: DisplayConfig, daemon: Probe, display: Probe): Promise<string[]> {
  const passages = passagesOf(config, daemon, display);
  const lost = new Set<string>();
  const note = (name: string) => (error: unknown) => {
    if (!isBonewatchError(error) || error.code === 'BROKER_UNREACHABLE') throw error;
    lost.add(name);
  };
  for (const { to, message, name } of passages) await to.session.subscribe(message.topic).catch(note(name));
  for (const { from, message, name } of passages) await from.session.publish(message).catch(note(name));
  const missing = (): readonly Passage[] =>
    passages.filter(({ to, message, name }) => !lost.has(name) && !to.received.has(message.topic));
  for (let waitedMs = 0; missing().length > 0 && waitedMs < ARRIVE_MS; waitedMs += POLL_MS)
    await delay(POLL_MS);
  for (const { name } of missing()) lost.add(name);
  return [...lost];
}

function passagesOf(config: DisplayConfig, daemon: Probe, display: Probe): readonly Passage[] {
  const site = config.site.id;
  const { id } = display;
  const toDisplay = { from: daemon, to: display };
  const toDaemon = { from: display, to: daemon };
  // Offline and without a ward, so that no ward counts as watched because of it.
  const offline = { state: 'offline', wards: [], session: id, ts: new Date().toISOString() };
  const presence = { name: presenceTopic(config, '+'), message: sent(presenceTopic(config, id), offline) };
  const receipt = buildTopic({ kind: 'receipt', site, display: id });
  return [
    { ...presence, from: display, to: display },
    { ...presence, ...toDaemon },
    {
      ...toDaemon,
      name: buildTopic({ kind: 'receipt', site, display: '+' }),
      message: sent(receipt, { alert: ALERT, rev: 1 }),
    },
    { ...toDisplay, name: deviceTopic(config), message: cleared(deviceTopic(config)) },
    ...config.wards.flatMap(({ id: ward }) => {
      const set = buildTopic({ kind: 'alert-command', site, ward, alertId: ALERT });
      const alert = buildTopic({ kind: 'alert', site, ward, alertId: ALERT });
      const command = { action: 'acknowledge', by: 'doctor', display: id, nonce: id };
      return [
        { ...toDaemon, name: set, message: sent(set, command) },
        { ...toDisplay, name: alert, message: cleared(alert) },
      ];
    }),
  ];
}

function presenceTopic({ site }: DisplayConfig, display: string): string {
  return buildTopic({ kind: 'display-availability', site: site.id, display });
}

/** An unused topic of the device. */
function deviceTopic({ site, device }: DisplayConfig): string {
  return buildTopic({ kind: 'technical', site: site.id, device: device.id, code: 'DOCTOR' });
}

function sent(topic: string, payload: object): OutgoingMessage {
  return { topic, payload: JSON.stringify(payload), qos: 1, retain: false };
}

/** An empty retained payload: delivered like any other message, stored by no broker. */
function cleared(topic: string): OutgoingMessage {
  return { topic, payload: '', qos: 1, retain: true };
}

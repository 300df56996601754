import { setTimeout as wait } from 'node:timers/promises';
import { connectAsync } from 'mqtt';
import type { MqttClient } from 'mqtt';
import type { Alert } from '../../src/contract/alert.ts';
import { openEmbeddedBroker } from '../../src/publish/broker/embedded-broker.ts';
import { bridgeWebsockets } from '../../src/publish/displays/websocket-bridge.ts';
import { serveScreens } from '../../src/screens/serve-screens.ts';
import type { ScreensOptions } from '../../src/screens/serve-screens.ts';
import { buildTopic } from '../../src/contract/topics.ts';
import { freePort, startMosquitto } from './mosquitto.ts';
import { silentLog } from './silent-log.ts';

const SITE = 'hospital';
const DEVICE = 'console-1';
const WARD = 'ward-3';
const SESSION = 'device-session';

/** A ward with the real server, the real broker and a simulated device. */
export interface WardFixture extends AsyncDisposable {
  readonly url: string;
  /** What displays have sent on `…/set` and `…/received`, in order. */
  readonly commands: readonly Record<string, unknown>[];
  readonly receipts: readonly Record<string, unknown>[];
  readonly device: DeviceDouble;
  stopBroker(): Promise<void>;
  startBroker(): Promise<void>;
  /** Only the web server; the broker stays up if it has its own listener. */
  stopServer(): Promise<void>;
  startServer(): Promise<void>;
}

/** Mosquitto can be killed, as by a power cut; the embedded broker can only be closed. */
type Broker = AsyncDisposable & { readonly kill?: () => Promise<void> };

/** Publishes the daemon's messages on the real broker. */
interface DeviceDouble {
  online(state?: 'online' | 'stopped' | 'offline'): Promise<void>;
  health(facts?: Record<string, unknown>): Promise<void>;
  info(degraded: readonly string[]): Promise<void>;
  alert(alert: Alert): Promise<void>;
  clear(id: string): Promise<void>;
}

type WardFixtureOptions = Partial<
  Pick<ScreensOptions, 'wards' | 'site' | 'phone' | 'pages' | 'night' | 'authenticator' | 'routes'>
> & {
  /** Whether an acknowledgement is carried out, as the daemon does. */
  readonly isAnswering?: boolean;
  /** The embedded broker of the demo, which supports MQTT 3.1.1 only, instead of Mosquitto. */
  readonly isEmbedded?: boolean;
  /** Whether displays reach the broker on its own WebSocket listener, not through the web server. */
  readonly hasOwnListener?: boolean;
  /** The time of the server and of the device. */
  readonly now?: () => number;
};

/** Opens the fixture with a device that is online and healthy, without alerts. */
export async function openWardFixture(options: WardFixtureOptions = {}): Promise<WardFixture> {
  const {
    isAnswering = true,
    isEmbedded = false,
    hasOwnListener = false,
    now = Date.now,
    ...given
  } = options;
  const [port, webPort, socketPort] = [await freePort(), await freePort(), await freePort()];
  const settings = hasOwnListener ? [`listener ${socketPort} 127.0.0.1`, 'protocol websockets'] : [];
  const openBroker = (): Promise<Broker> =>
    isEmbedded ? openEmbeddedBroker(port) : startMosquitto({ port, settings });
  let broker: Broker | null = await openBroker();
  const openServer = async (): Promise<AsyncDisposable> => {
    await using parts = new AsyncDisposableStack();
    const screens = parts.use(await serveScreens(screensOptions));
    const [brokerUrl, log] = [`mqtt://127.0.0.1:${port}`, silentLog];
    parts.use(bridgeWebsockets({ server: screens.httpServer, path: '/mqtt', brokerUrl, log }));
    return parts.move();
  };
  const screensOptions: ScreensOptions = {
    listen: { host: '127.0.0.1', port: webPort },
    site: { id: SITE, name: '전주 병원', timezone: 'Asia/Seoul', language: 'ko' },
    device: DEVICE,
    wards: [
      { id: WARD, name: '3병동', detail: '정형외과', formerly: [], staff: STAFF },
      { id: 'er', name: '응급실', detail: '', formerly: [], staff: [] },
    ],
    phone: '2210',
    websocketUrl: hasOwnListener ? `ws://127.0.0.1:${socketPort}` : null,
    protocolVersion: 'auto',
    now: () => new Date(now()),
    log: silentLog,
    ...given,
  };
  let server: AsyncDisposable | null = await openServer();
  const alerts = new Map<string, Alert>();
  const commands: Record<string, unknown>[] = [];
  const receipts: Record<string, unknown>[] = [];
  const client = await connectAsync(`mqtt://127.0.0.1:${port}`, {
    protocolVersion: isEmbedded ? 4 : 5,
    reconnectPeriod: 50,
  });
  client.on('error', () => undefined);
  const device = createDevice(client, alerts, now);
  const commandTopics = buildTopic({ kind: 'alert-command', site: SITE, ward: WARD, alertId: '+' });
  const receiptTopics = buildTopic({ kind: 'receipt', site: SITE, display: '+' });
  await client.subscribeAsync([commandTopics, receiptTopics], { qos: 1 });
  client.on('message', (topic, payload) => {
    const message = JSON.parse(payload.toString()) as Record<string, unknown>;
    if (topic.endsWith('/received')) {
      receipts.push(message);
      return;
    }
    commands.push(message);
    const alert = alerts.get(topic.split('/').at(-2) ?? '');
    if (alert !== undefined && isAnswering) void device.alert(carriedOut(alert, message));
  });
  await device.online();
  await device.health();

  return {
    url: `http://127.0.0.1:${webPort}/ward/${WARD}`,
    commands,
    receipts,
    device,
    async stopBroker() {
      await (broker?.kill?.() ?? broker?.[Symbol.asyncDispose]());
      broker = null;
    },
    async startBroker() {
      broker = await openBroker();
      while (!client.connected) await wait(10);
      await device.online();
      await device.health();
      for (const alert of alerts.values()) await device.alert(alert);
    },
    async stopServer() {
      await server?.[Symbol.asyncDispose]();
      server = null;
    },
    async startServer() {
      server = await openServer();
    },
    async [Symbol.asyncDispose]() {
      await server?.[Symbol.asyncDispose]();
      await client.endAsync(true);
      await broker?.[Symbol.asyncDispose]();
    },
  };
}

const STAFF = [
  { name: '김서연 간호사', badge: 'A0012345' },
  '이도윤 간호사',
  '박지민 간호사',
  '최은우 간호사',
  '정하은 간호사',
  '한지호 의사',
];

function createDevice(client: MqttClient, alerts: Map<string, Alert>, now: () => number): DeviceDouble {
  const ofDevice = { site: SITE, device: DEVICE };
  const alertTopic = (alertId: string): string =>
    buildTopic({ kind: 'alert', site: SITE, ward: WARD, alertId });
  const publish = async (topic: string, payload: unknown): Promise<void> => {
    await client.publishAsync(topic, JSON.stringify(payload), { qos: 1, retain: true });
  };
  const ts = (): string => new Date(now()).toISOString();
  return {
    online: (state = 'online') =>
      publish(buildTopic({ kind: 'availability', ...ofDevice }), {
        schema: 'bonewatch.availability/1',
        rev: 1,
        state,
        session: SESSION,
        ts: ts(),
      }),
    health: (facts = {}) =>
      publish(buildTopic({ kind: 'health', ...ofDevice }), {
        schema: 'bonewatch.health/1',
        rev: 1,
        ts: ts(),
        queue: { waiting: 0, running: 0 },
        lastImageAt: new Date(now() - 6 * 60_000).toISOString(),
        imagesToday: imagesOfToday(now()),
        degraded: [],
        executionProvider: 'cpu',
        ...facts,
      }),
    info: (degraded) =>
      publish(buildTopic({ kind: 'info', ...ofDevice }), {
        schema: 'bonewatch.info/1',
        rev: 1,
        degraded,
        ts: ts(),
      }),
    async alert(alert) {
      alerts.set(alert.id, alert);
      await publish(alertTopic(alert.id), alert);
    },
    async clear(id) {
      alerts.delete(id);
      await client.publishAsync(alertTopic(id), '', { qos: 1, retain: true });
    },
  };
}

function carriedOut(alert: Alert, command: Record<string, unknown>): Alert {
  const isSeen = command['action'] === 'acknowledge';
  return {
    ...alert,
    rev: alert.rev + 1,
    state: isSeen ? 'acknowledged' : 'open',
    acknowledgedBy: isSeen ? { name: String(command['by']), display: String(command['display']) } : null,
    times: { ...alert.times, acknowledged: isSeen ? new Date().toISOString() : null },
  };
}

/** Images at uneven times of the current day in Seoul, more in the morning. */
function imagesOfToday(now: number): readonly string[] {
  const midnight = Math.floor((now + 9 * 3_600_000) / 86_400_000) * 86_400_000 - 9 * 3_600_000;
  return Array.from(
    { length: 42 },
    (_, index) => midnight + ((index * 0.618 + 0.2) % 1) ** 0.8 * (now - midnight),
  )
    .toSorted((a, b) => a - b)
    .map((time) => new Date(time).toISOString());
}

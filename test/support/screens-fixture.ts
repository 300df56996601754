import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { configSchema } from '../../src/config/schema.ts';
import { openDecoder } from '../../src/analysis/open-decoder.ts';
import { createAnalysisPart } from '../../src/daemon/analysis-part.ts';
import { openPictures } from '../../src/daemon/console/open-pictures.ts';
import type { Intake } from '../../src/daemon/open-intake.ts';
import { createPart } from '../../src/daemon/part.ts';
import { createStatus } from '../../src/daemon/status.ts';
import type { Messaging } from '../../src/daemon/wards/open-messaging.ts';
import { openConsole } from '../../src/daemon/console/open-console.ts';
import { createMarkedCopies, type MarkedCopies } from '../../src/daemon/console/open-marked-copies.ts';
import { openScreens, type OpenScreens } from '../../src/daemon/pages/open-screens.ts';
import { createCommandSignature } from '../../src/publish/displays/command-signature.ts';
import { openEmbeddedBroker } from '../../src/publish/broker/embedded-broker.ts';
import { hashPassword } from '../../src/screens/access/password-hash.ts';
import type { Role } from '../../src/contract/api/access.ts';
import { openStore, type Store } from '../../src/store/open-store.ts';
import { createTechnicalAlarms } from '../../src/daemon/alarms/technical-alarms.ts';
import { buildPages } from './build-pages.ts';
import type { Logger } from '../../src/contract/logger.ts';
import { silentLog } from './silent-log.ts';

export const PASSWORD = 'a long enough secret';

const ROOMY_DISK = {
  state: () => ({ space: null, isLow: false, isFull: false }),
  onChange: () => undefined,
};

/** One hash for all users, cheap to create and to verify. */
const hashed = hashPassword(PASSWORD, { N: 2 ** 8, r: 8, p: 1 });

/** Screens with a real store, a real broker and some users. */
export interface ScreensFixture extends AsyncDisposable {
  readonly url: string;
  readonly routes: OpenScreens['routes'];
  readonly store: Store;
  readonly brokerUrl: string;
  /** Folder of the database. */
  readonly folder: string;
  /** Signs in and gives the headers that a browser would then send. */
  signIn(name: string, password?: string): Promise<Record<string, string>>;
  /** A paired display: its headers and its id. */
  pair(ward: string): Promise<{ readonly headers: Record<string, string>; readonly id: string }>;
}

interface ScreensFixtureOptions {
  readonly users?: Readonly<Record<string, Role>>;
  readonly screens?: Readonly<Record<string, unknown>>;
  readonly brokerUrl?: string;
  readonly broker?: Readonly<Record<string, unknown>>;
  /** Folder of built pages; built on demand by default. */
  readonly pages?: string;
  /** Where the daemon's log goes; discarded by default. */
  readonly log?: Logger;
  /** The pictures of alerts; those of the empty store by default. */
  readonly copies?: MarkedCopies;
}

/** Opens the screens for these users; without users they are open to this machine. */
export async function openScreensFixture(options: ScreensFixtureOptions = {}): Promise<ScreensFixture> {
  await using opened = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'bonewatch-screens-'));
  opened.defer(() => rm(folder, { recursive: true, force: true }));
  const config = configSchema.parse({
    site: { id: 'jeonju', name: '전주 병원' },
    inboxes: [{ path: '/export' }],
    wards: [
      { id: 'w3', name: '3병동', staff: ['김서연 간호사'] },
      { id: 'w5', name: '5병동' },
    ],
    store: { path: join(folder, 'bonewatch.db') },
    screens: { listen: '127.0.0.1:0', ...options.screens },
    ...(options.broker ? { broker: options.broker } : {}),
  });
  const store = opened.use(openStore(config.store.path, { clock: Date }));
  for (const [name, role] of Object.entries(options.users ?? {}))
    store.users.add({ name, role, password: await hashed });
  const brokerUrl = options.brokerUrl ?? opened.use(await openEmbeddedBroker()).url;
  const pages = options.pages ?? opened.use(await buildPages()).folder;
  const clock = Date;
  const log = options.log ?? silentLog;
  const decoder = opened.use(openDecoder(config.scope));
  const analysis = createAnalysisPart({ config, decoder, log });
  const alarms = createTechnicalAlarms({ site: 'jeonju', device: 'console-1', clock, log });
  const pictures = await openPictures({ config, store, decoder, disk: ROOMY_DISK });
  const status = createStatus({
    config,
    store,
    analysis,
    alarms,
    disk: ROOMY_DISK,
    intake: createPart<Intake>('not opened'),
    messaging: createPart<Messaging>('not opened'),
  });
  const { routes: further } = opened.use(
    openConsole({ config, store, status, analysis, alarms, pictures, clock, log }),
  );
  const copies = options.copies ?? createMarkedCopies({ config, store, decoder, analysis });
  const screens = opened.use(
    await openScreens(config, {
      brokerUrl,
      store,
      signature: createCommandSignature(),
      log,
      pages,
      routes: further,
      copies,
    }),
  );
  const fixture = opened.move();
  const { url, routes } = screens;

  async function withToken(cookie: string): Promise<Record<string, string>> {
    const me = await fetch(`${url}/api/me`, { headers: { cookie } });
    const { csrfToken } = (await me.json()) as { csrfToken: string };
    return { cookie, 'x-csrf-token': csrfToken };
  }

  return {
    url,
    routes,
    store,
    brokerUrl,
    folder,
    async signIn(name, password = PASSWORD) {
      return withToken(cookieOf(await send(`${url}/api/sign-in`, { name, password })));
    },
    async pair(ward) {
      const pairing = cookieOf(await send(`${url}/api/pairing`, { ward }));
      const waiting = await fetch(`${url}/api/pairing`, { headers: { cookie: pairing } });
      const { code } = (await waiting.json()) as { code: string };
      const display = store.displays.confirm(code, { name: `wall of ${ward}`, ward, by: 'test' });
      const paired = await fetch(`${url}/api/pairing`, { headers: { cookie: pairing } });
      return { headers: await withToken(cookieOf(paired)), id: display?.id ?? '' };
    },
    [Symbol.asyncDispose]: () => fixture.disposeAsync(),
  };
}

/** Sends JSON as a page does. */
export function send(
  url: string,
  body: unknown,
  { headers = {}, method = 'POST' }: { headers?: Record<string, string>; method?: string } = {},
): Promise<Response> {
  return fetch(url, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
    redirect: 'manual',
  });
}

/** The cookies set by a response, as a browser sends them back. */
export function cookieOf(response: Response): string {
  return response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';', 1)[0] ?? '')
    .filter((cookie) => !cookie.endsWith('='))
    .join('; ');
}

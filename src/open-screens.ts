import { hostOf, portOf } from './config/listen-address.ts';
import type { Config } from './config/schema.ts';
import type { Logger } from './log.ts';
import { readBrokerAccess } from './publish/read-broker-access.ts';
import { bridgeWebsockets } from './publish/websocket-bridge.ts';
import { serveScreens } from './screens/serve-screens.ts';

/** The pages, and the displays' way to the broker through the same port. */
export interface OpenScreens extends AsyncDisposable {
  readonly url: string;
}

/** Serves the pages; a display that is told no other address reaches the broker at `/mqtt`. */
export async function openScreens(
  config: Pick<Config, 'site' | 'device' | 'wards' | 'broker' | 'screens'>,
  { brokerUrl, log }: { readonly brokerUrl: string; readonly log: Logger },
): Promise<OpenScreens> {
  const { site, device, wards, broker, screens } = config;
  await using parts = new AsyncDisposableStack();
  const served = parts.use(
    await serveScreens({
      listen: { host: hostOf(screens.listen), port: portOf(screens.listen) },
      site,
      device: device.id,
      wards,
      phone: site.phone,
      websocketUrl: broker.websocketUrl ?? null,
      protocolVersion: broker.embedded ? 4 : broker.protocolVersion,
      now: () => new Date(),
      log,
    }),
  );
  const tls = await readBrokerAccess(broker, process.env['CREDENTIALS_DIRECTORY']);
  parts.use(bridgeWebsockets({ server: served.httpServer, path: '/mqtt', brokerUrl, tls, log }));
  const open = parts.move();
  return { url: served.url, [Symbol.asyncDispose]: () => open.disposeAsync() };
}

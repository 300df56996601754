import type { Config } from '../../config/schema.ts';
import { isBonewatchError } from '../../contract/errors.ts';
import type { Logger } from '../../contract/logger.ts';
import { readBrokerAccess, type BrokerAccess } from '../../publish/broker/read-broker-access.ts';
import { bridgeWebsockets, type BridgeOptions } from '../../publish/displays/websocket-bridge.ts';

const INTERVAL_MS = 10_000;

/** Connects displays to the broker at `/mqtt`; while its credentials cannot be read, the broker refuses them. */
export async function openDisplayBridge(
  broker: Config['broker'],
  options: Omit<BridgeOptions, 'path' | 'access'>,
): Promise<AsyncDisposable> {
  await using opening = new AsyncDisposableStack();
  const access = opening.use(await followBrokerAccess(broker, options.log));
  opening.use(
    bridgeWebsockets({
      ...options,
      path: '/mqtt',
      get access() {
        return access.current();
      },
    }),
  );
  return opening.move();
}

/** The credentials of the displays' connections, read again every few seconds: what cannot be read yet may be written later. */
async function followBrokerAccess(
  broker: Config['broker'],
  log: Logger,
): Promise<Disposable & { readonly current: () => BrokerAccess }> {
  let access: BrokerAccess = {};
  let problem = '';
  async function read(): Promise<void> {
    try {
      access = await readBrokerAccess(broker, process.env['CREDENTIALS_DIRECTORY']);
      problem = '';
    } catch (error) {
      if (!isBonewatchError(error)) throw error;
      if (error.message !== problem)
        log.warn({ code: error.code, reason: error.message }, 'displays cannot connect');
      problem = error.message;
    }
  }
  await read();
  const timer = setInterval(() => void read(), INTERVAL_MS);
  return { current: () => access, [Symbol.dispose]: () => clearInterval(timer) };
}

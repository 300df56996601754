import { connectAsync, type IClientOptions } from 'mqtt';

export interface ReceivedMessage {
  readonly topic: string;
  readonly payload: string;
  readonly isRetained: boolean;
}

export interface Listener extends AsyncDisposable {
  readonly received: readonly ReceivedMessage[];
  /** The first message that fits, received already or yet to come. */
  until(fits: (message: ReceivedMessage) => boolean): Promise<ReceivedMessage>;
  publish(topic: string, payload: string, retain?: boolean): Promise<void>;
}

const DEADLINE_MS = 10_000;

/** What a listener does with each message. */
type React = (message: ReceivedMessage, publish: (topic: string, payload: string) => void) => void;

/** Somebody else at the broker, such as a ward display; resolves once the broker has granted the filter. */
export async function listen(
  url: string,
  filter: string,
  options: IClientOptions = {},
  react: React = () => undefined,
): Promise<Listener> {
  const client = await connectAsync(url, { protocolVersion: 4, reconnectPeriod: 0, ...options });
  const received: ReceivedMessage[] = [];
  const waiting = new Set<() => void>();
  client.on('error', () => undefined);
  client.on('message', (topic, payload, { retain }) => {
    const message = { topic, payload: payload.toString('utf8'), isRetained: retain };
    received.push(message);
    react(message, (to, answer) => client.publish(to, answer, { qos: 1 }, () => undefined));
    for (const check of waiting) check();
  });
  await client.subscribeAsync(filter, { qos: 1 });

  return {
    received,
    until: (fits) =>
      new Promise((resolve, reject) => {
        const timeout = setTimeout(
          () => finish(() => reject(new Error(`received only ${JSON.stringify(received)}`))),
          DEADLINE_MS,
        );
        function finish(report: () => void) {
          clearTimeout(timeout);
          waiting.delete(check);
          report();
        }
        function check() {
          const found = received.find(fits);
          if (found !== undefined) finish(() => resolve(found));
        }
        waiting.add(check);
        check();
      }),
    publish: async (topic, payload, retain = false) => {
      await client.publishAsync(topic, payload, { qos: 1, retain });
    },
    [Symbol.asyncDispose]: () => client.endAsync(true),
  };
}

/** Resolves once a condition holds; fails after 10 s. */
export async function eventually(condition: () => boolean): Promise<void> {
  const deadline = performance.now() + DEADLINE_MS;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error('did not come true in time');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

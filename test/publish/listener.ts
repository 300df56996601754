import { connectAsync, type IClientOptions } from 'mqtt';

export interface Heard {
  readonly topic: string;
  readonly payload: string;
  readonly isRetained: boolean;
}

export interface Listener extends AsyncDisposable {
  readonly heard: readonly Heard[];
  /** The first message that fits, heard already or yet to come. */
  until(fits: (message: Heard) => boolean): Promise<Heard>;
  publish(topic: string, payload: string, retain?: boolean): Promise<void>;
}

const DEADLINE_MS = 10_000;

/** What a listener does with each message. */
type React = (message: Heard, publish: (topic: string, payload: string) => void) => void;

/** Somebody else at the broker, such as a ward display; resolves once the broker has granted the filter. */
export async function listen(
  url: string,
  filter: string,
  options: IClientOptions = {},
  react: React = () => undefined,
): Promise<Listener> {
  const client = await connectAsync(url, { protocolVersion: 4, reconnectPeriod: 0, ...options });
  const heard: Heard[] = [];
  const waiting = new Set<() => void>();
  client.on('error', () => undefined);
  client.on('message', (topic, payload, { retain }) => {
    const message = { topic, payload: payload.toString('utf8'), isRetained: retain };
    heard.push(message);
    react(message, (to, answer) => client.publish(to, answer, { qos: 1 }, () => undefined));
    for (const check of waiting) check();
  });
  await client.subscribeAsync(filter, { qos: 1 });

  return {
    heard,
    until: (fits) =>
      new Promise((resolve, reject) => {
        const timeout = setTimeout(
          () => settle(() => reject(new Error(`heard only ${JSON.stringify(heard)}`))),
          DEADLINE_MS,
        );
        function settle(finish: () => void) {
          clearTimeout(timeout);
          waiting.delete(check);
          finish();
        }
        function check() {
          const found = heard.find(fits);
          if (found !== undefined) settle(() => resolve(found));
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

import { expect, it } from 'vitest';
import { buildTopic } from '../../../src/contract/topics.ts';
import { publishAlarms } from '../../../src/daemon/alarms/publish-alarms.ts';
import { createTechnicalAlarms } from '../../../src/daemon/alarms/technical-alarms.ts';
import { aBroker, untilConnected } from '../../publish/a-broker.ts';
import { listen } from '../../publish/listener.ts';
import { mosquittoAvailable, startMosquitto } from '../../support/mosquitto.ts';
import { silentLog } from '../../support/silent-log.ts';

const topicOf = (code: string): string =>
  buildTopic({ kind: 'technical', site: 'jeonju', device: 'console-1', code });

it.runIf(mosquittoAvailable('alarms that change while a connection begins'))(
  'alarms that change while the birth messages are being sent reach the broker',
  async () => {
    await using mosquitto = await startMosquitto();
    await using raised = await listen(mosquitto.url, topicOf('STORE_COPY_RETAINED'));
    await using cleared = await listen(mosquitto.url, topicOf('MEMORY_LOW'));
    const alarms = createTechnicalAlarms({
      ...{ site: 'jeonju', device: 'console-1' },
      ...{ clock: { now: () => Date.UTC(2026, 2, 1) }, log: silentLog },
    });
    alarms.raise('MEMORY_LOW', 'memory');
    await using broker = await aBroker(mosquitto.url, {
      birthMessages() {
        const messages = alarms.messages();
        // The messages are sent one after the other from here on.
        queueMicrotask(() => {
          alarms.raise('STORE_COPY_RETAINED', 'copy');
          alarms.clear('MEMORY_LOW');
        });
        return messages;
      },
    });
    publishAlarms({
      ...{ alarms, broker },
      publish: (message) => void broker.publish(message),
      publishInfo: () => undefined,
    });

    await untilConnected(broker);

    const isActive = ({ payload }: { readonly payload: string }): boolean => payload !== '';
    expect((await raised.until(isActive)).payload).toContain('copy');
    await cleared.until(() => cleared.received.at(-1)?.payload === '' && cleared.received.length > 1);
  },
);

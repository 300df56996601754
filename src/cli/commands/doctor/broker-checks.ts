import { ulid } from 'ulid';
import type { Config } from '../../../config/schema.ts';
import { isBonewatchError } from '../../../contract/errors.ts';
import type { Check, CheckOutcome } from '../../../health/check.ts';
import { createLogger } from '../../../daemon/reporting/create-logger.ts';
import { connectBroker, type Broker, type BrokerStatus } from '../../../publish/broker/connect-broker.ts';
import type { OutgoingMessage } from '../../../contract/outgoing-message.ts';
import { buildTopic } from '../../../contract/topics.ts';

const ANSWER_MS = 10_000;
const OPEN_BROKER =
  'It admits clients without a name and a password: each of them can publish alerts and acknowledge them. Set broker.username; set-up-broker.sh sets up Mosquitto.';

/** Checks that the broker answers and allows this device to publish its topics. Leaves no message there. */
export function brokerChecks(config: Config): Check[] {
  if (config.broker.embedded) {
    return [
      { name: 'broker', run: () => ({ state: 'ok', message: 'Inside the daemon; nothing to check.' }) },
    ];
  }
  return [{ name: 'broker', run: () => checkBroker(config) }];
}

async function checkBroker(config: Config): Promise<CheckOutcome> {
  const aborter = new AbortController();
  const [ownTopic] = probedTopics(config);
  const broker = connectBroker(
    {
      config: config.broker,
      clientId: `bonewatch-doctor-${ulid()}`,
      credentialsDirectory: process.env['CREDENTIALS_DIRECTORY'],
      newSessionId: ulid,
      availability: () => probe(ownTopic),
      log: createLogger('silent'),
    },
    aborter.signal,
  );
  try {
    return await checkPublishing(broker, config);
  } finally {
    aborter.abort();
    await broker[Symbol.asyncDispose]();
  }
}

async function checkPublishing(broker: Broker, config: Config): Promise<CheckOutcome> {
  const { url } = config.broker;
  const status = await firstStatus(broker);
  if (status.state === 'disconnected') {
    const { message, code, hint } = status.error;
    return { state: 'failed', message: `${url}: ${message} [${code}]. ${hint}` };
  }
  const topics = probedTopics(config);
  const refused = await refusedTopics(broker, topics.map(probe));
  if (refused.length > 0)
    return { state: 'failed', message: `The broker's ACL forbids publishing to ${refused.join(', ')}.` };
  const version = status.protocolVersion === 5 ? 'MQTT 5' : 'MQTT 3.1.1, which does not report refusals';
  const answers = `${url} answers (${version}). ${topics.length} topics may be published to.`;
  return isOpen(config.broker)
    ? { state: 'degraded', message: `${answers} ${OPEN_BROKER}` }
    : { state: 'ok', message: answers };
}

/** Whether the daemon itself needs no credentials, so that no client does. */
function isOpen({ username, tls }: Config['broker']): boolean {
  return username === undefined && tls?.cert === undefined;
}

/** One of the device's topics, and one of each ward. */
function probedTopics({ site, device, wards }: Config): readonly [string, ...string[]] {
  return [
    buildTopic({ kind: 'technical', site: site.id, device: device.id, code: 'DOCTOR' }),
    ...wards.map(({ id: ward }) => buildTopic({ kind: 'alert', site: site.id, ward, alertId: 'DOCTOR' })),
  ];
}

/** An empty retained payload on an unused topic: allowed or refused like a real message, stored by no broker. */
function probe(topic: string): OutgoingMessage {
  return { topic, payload: '', qos: 1, retain: true };
}

async function refusedTopics(broker: Broker, messages: readonly OutgoingMessage[]): Promise<string[]> {
  const refused: string[] = [];
  for (const message of messages) {
    await broker.publish(message).catch((error: unknown) => {
      if (!isBonewatchError(error) || error.code === 'BROKER_UNREACHABLE') throw error;
      refused.push(message.topic);
    });
  }
  return refused;
}

function firstStatus(broker: Broker): Promise<BrokerStatus> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no answer within ${ANSWER_MS / 1000} s`)), ANSWER_MS);
    broker.onStatus((status) => {
      clearTimeout(timer);
      resolve(status);
    });
  });
}

import { ulid } from 'ulid';
import type { Config } from '../../../config/schema.ts';
import { isBonewatchError } from '../../../contract/errors.ts';
import type { Check, CheckOutcome } from '../../../health/check.ts';
import { createLogger } from '../../../daemon/create-logger.ts';
import { connectBroker, type Broker, type BrokerStatus } from '../../../publish/broker/connect-broker.ts';
import type { OutgoingMessage } from '../../../contract/outgoing-message.ts';
import { buildTopic } from '../../../contract/topics.ts';

const ANSWER_MS = 10_000;

/** The broker: does it answer, and may this device write what it must. Leaves nothing behind there. */
export function brokerChecks(config: Config): Check[] {
  if (config.broker.embedded) {
    return [
      { name: 'broker', run: () => ({ state: 'ok', message: 'Inside the daemon; nothing to check.' }) },
    ];
  }
  return [{ name: 'broker', run: () => checkBroker(config) }];
}

async function checkBroker({ site, device, broker: config, wards }: Config): Promise<CheckOutcome> {
  const aborter = new AbortController();
  // An empty retained payload on a topic nobody uses: allowed or refused like the real one, kept by nobody.
  const ownTopic = buildTopic({ kind: 'technical', site: site.id, device: device.id, code: 'DOCTOR' });
  const probe = (topic: string): OutgoingMessage => ({
    topic,
    payload: '',
    qos: 1,
    retain: true,
  });
  const broker = await connectBroker(
    {
      config,
      clientId: `bonewatch-doctor-${ulid()}`,
      credentialsDirectory: process.env['CREDENTIALS_DIRECTORY'],
      newSessionId: ulid,
      availability: () => probe(ownTopic),
      log: createLogger('silent'),
    },
    aborter.signal,
  );
  try {
    const status = await firstStatus(broker);
    if (status.state === 'disconnected') {
      const { message, code, hint } = status.error;
      return { state: 'failed', message: `${config.url}: ${message} [${code}]. ${hint}` };
    }
    const probed = [
      ownTopic,
      ...wards.map(({ id: ward }) => buildTopic({ kind: 'alert', site: site.id, ward, alertId: 'DOCTOR' })),
    ];
    const refused = await refusedTopics(broker, probed.map(probe));
    if (refused.length > 0) {
      return { state: 'failed', message: `The broker's ACL forbids writing ${refused.join(', ')}.` };
    }
    const version = status.protocolVersion === 5 ? 'MQTT 5' : 'MQTT 3.1.1 (refused messages cannot be told)';
    return {
      state: 'ok',
      message: `${config.url} answers, ${version}, ${probed.length} topics may be written.`,
    };
  } finally {
    aborter.abort();
    await broker[Symbol.asyncDispose]();
  }
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

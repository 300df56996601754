import { setTimeout as delay } from 'node:timers/promises';
import { ulid } from 'ulid';
import type { AnalysisResult } from '../../../contract/analysis-result.ts';
import type { Alert } from '../../../contract/alert.ts';
import type { Config } from '../../../config/schema.ts';
import { createLogger } from '../../../daemon/reporting/create-logger.ts';
import { connectBroker, type Broker } from '../../../publish/broker/connect-broker.ts';
import { buildTopic } from '../../../contract/topics.ts';

/** The result of an image as published: everything but the path. */
export type ReceivedImage = Omit<AnalysisResult, 'file'>;

/** A second client at the broker: receives what a ward display and an archive would. */
export interface DemoSubscriber extends AsyncDisposable {
  /** The result of the image of a study; null when the deadline passes. */
  image(studyInstanceUid: string, deadlineMs: number): Promise<ReceivedImage | null>;
  /** Id of the next new alert; null when the deadline passes. */
  alert(deadlineMs: number): Promise<string | null>;
}

interface DemoBroker {
  readonly site: string;
  readonly device: string;
  readonly broker: Config['broker'];
}

/** Connects to the broker as another client and records the messages it receives. */
export function subscribeToDemo(options: DemoBroker): DemoSubscriber {
  const { site, device } = options;
  const images: ReceivedImage[] = [];
  const pending: string[] = [];
  const known = new Set<string>();
  const aborter = new AbortController();
  const broker = connectSilently(options, aborter.signal);
  broker.subscribe(buildTopic({ kind: 'image', site, device }), ({ payload }) => {
    images.push(JSON.parse(textOf(payload)) as ReceivedImage);
  });
  broker.subscribe(buildTopic({ kind: 'alert', site, ward: '+', alertId: '+' }), ({ payload }) => {
    if (payload.length === 0) return;
    const { id } = JSON.parse(textOf(payload)) as Alert;
    if (known.has(id)) return;
    known.add(id);
    pending.push(id);
  });
  return {
    image: (study, deadlineMs) =>
      poll(() => images.find(({ image }) => image?.studyInstanceUid === study), deadlineMs),
    alert: (deadlineMs) => poll(() => pending.shift(), deadlineMs),
    async [Symbol.asyncDispose]() {
      aborter.abort();
      await broker[Symbol.asyncDispose]();
    },
  };
}

function connectSilently({ site, device, broker: config }: DemoBroker, signal: AbortSignal): Broker {
  // It publishes no presence: an empty payload on an unused topic leaves nothing at the broker.
  const silence = {
    topic: buildTopic({ kind: 'technical', site, device, code: 'DEMO' }),
    payload: '',
    qos: 1,
    retain: true,
  } as const;
  return connectBroker(
    {
      config,
      clientId: `bonewatch-demo-${ulid()}`,
      credentialsDirectory: process.env['CREDENTIALS_DIRECTORY'],
      newSessionId: ulid,
      availability: () => silence,
      log: createLogger('silent'),
    },
    signal,
  );
}

function textOf(payload: Uint8Array): string {
  return new TextDecoder().decode(payload);
}

async function poll<T>(find: () => T | undefined, deadlineMs: number): Promise<T | null> {
  const end = performance.now() + deadlineMs;
  while (performance.now() < end) {
    const found = find();
    if (found !== undefined) return found;
    await delay(20);
  }
  return null;
}

import { setTimeout as delay } from 'node:timers/promises';
import { ulid } from 'ulid';
import type { AnalysisResult } from '../../../contract/analysis-result.ts';
import type { Alert } from '../../../contract/alert.ts';
import type { Config } from '../../../config/schema.ts';
import { createLogger } from '../../../daemon/create-logger.ts';
import { connectBroker } from '../../../publish/broker/connect-broker.ts';
import { buildTopic } from '../../../contract/topics.ts';

/** An image's answer as it comes from the broker: everything but the path. */
export type ReceivedImage = Omit<AnalysisResult, 'file'>;

/** Somebody else's ear at the broker: hears what a ward display and an archive would. */
export interface DemoSubscriber extends AsyncDisposable {
  /** The answer to the image of a study; null when the deadline passes. */
  image(studyInstanceUid: string, deadlineMs: number): Promise<ReceivedImage | null>;
  /** Id of the next alert that was not asked for before; null when the deadline passes. */
  alert(deadlineMs: number): Promise<string | null>;
}

/** Connects to the broker as a client of its own and remembers what it hears. */
export async function subscribeToDemo({
  site,
  device,
  broker: config,
}: {
  readonly site: string;
  readonly device: string;
  readonly broker: Config['broker'];
}): Promise<DemoSubscriber> {
  // A listener has no presence of its own: an empty payload on a topic nobody uses leaves nothing at the broker.
  const silence = {
    topic: buildTopic({ kind: 'technical', site, device, code: 'EAR' }),
    payload: '',
    qos: 1,
    retain: true,
  } as const;
  const images: ReceivedImage[] = [];
  const unasked: string[] = [];
  const known = new Set<string>();
  const aborter = new AbortController();
  const broker = await connectBroker(
    {
      config,
      clientId: `bonewatch-ear-${ulid()}`,
      credentialsDirectory: process.env['CREDENTIALS_DIRECTORY'],
      newSessionId: ulid,
      availability: () => silence,
      log: createLogger('silent'),
    },
    aborter.signal,
  );
  broker.subscribe(buildTopic({ kind: 'image', site, device }), ({ payload }) => {
    images.push(JSON.parse(textOf(payload)) as ReceivedImage);
  });
  broker.subscribe(buildTopic({ kind: 'alert', site, ward: '+', alertId: '+' }), ({ payload }) => {
    if (payload.length === 0) return;
    const { id } = JSON.parse(textOf(payload)) as Alert;
    if (known.has(id)) return;
    known.add(id);
    unasked.push(id);
  });
  return {
    image: (study, deadlineMs) =>
      poll(() => images.find(({ image }) => image?.studyInstanceUid === study), deadlineMs),
    alert: (deadlineMs) => poll(() => unasked.shift(), deadlineMs),
    async [Symbol.asyncDispose]() {
      aborter.abort();
      await broker[Symbol.asyncDispose]();
    },
  };
}

function textOf(payload: Uint8Array): string {
  return new TextDecoder().decode(payload);
}

async function poll<T>(look: () => T | undefined, deadlineMs: number): Promise<T | null> {
  const end = performance.now() + deadlineMs;
  while (performance.now() < end) {
    const found = look();
    if (found !== undefined) return found;
    await delay(20);
  }
  return null;
}

import { setTimeout as delay } from 'node:timers/promises';
import { ulid } from 'ulid';
import type { AnalysisResult } from '../analysis-result.ts';
import type { Alert } from '../alerts/alert.ts';
import { configSchema } from '../config/schema.ts';
import { createLog } from '../log.ts';
import { connectBroker } from '../publish/connect-broker.ts';
import { availabilityMessage } from '../publish/availability-message.ts';
import { deviceTopics, wardTopics } from '../topics.ts';

/** An image's answer as it comes from the broker: everything but the path. */
export type HeardImage = Omit<AnalysisResult, 'file'>;

/** Somebody else's ear at the broker: hears what a ward display and an archive would. */
export interface DemoEar extends AsyncDisposable {
  /** The answer to the image of a study; null when the deadline passes. */
  image(studyInstanceUid: string, deadlineMs: number): Promise<HeardImage | null>;
  /** Id of the next alert that was not asked for before; null when the deadline passes. */
  alert(deadlineMs: number): Promise<string | null>;
}

/** Connects to the broker as a client of its own and remembers what it hears. */
export async function listenToDemo({
  site,
  device,
  brokerUrl,
}: {
  readonly site: string;
  readonly device: string;
  readonly brokerUrl: string;
}): Promise<DemoEar> {
  const config = configSchema.shape.broker.parse({ url: brokerUrl });
  const images: HeardImage[] = [];
  const unasked: string[] = [];
  const known = new Set<string>();
  const aborter = new AbortController();
  const broker = await connectBroker(
    {
      config,
      clientId: `bonewatch-demo-${process.pid}`,
      newSessionId: ulid,
      availability: (state, session) =>
        availabilityMessage(site, `${device}-ear`, { state, session, ts: new Date().toISOString() }),
      log: createLog('silent'),
    },
    aborter.signal,
  );
  broker.subscribe(deviceTopics(site, device).image, ({ payload }) => {
    images.push(JSON.parse(textOf(payload)) as HeardImage);
  });
  broker.subscribe(wardTopics(site, '+').allAlerts, ({ payload }) => {
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

import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { configSchema, type Config } from '../../../config/schema.ts';
import { createLogger } from '../../../daemon/reporting/create-logger.ts';
import { startDaemon } from '../../../daemon/start-daemon.ts';
import type { PhantomRequest } from '../../../phantom/draw-phantom.ts';
import { DEMO_PHANTOMS, phantomName } from '../../../phantom/phantom-set.ts';
import { phantomUid } from '../../../phantom/phantom-uid.ts';
import { subscribeToDemo, type DemoSubscriber, type ReceivedImage } from './demo-subscriber.ts';
import { describeOutcome } from '../analyze/describe-outcome.ts';
import { dropPhantom } from './drop-phantom.ts';
import { EXIT, print } from '../../terminal.ts';
import { untilSignal } from '../../until-signal.ts';

export interface DemoOptions {
  readonly once?: boolean;
  readonly port: number;
  readonly inbox?: string;
  /** Seconds within which the result of one image must arrive. */
  readonly deadline: number;
}

const WARD = 'demo';

/**
 * `demo`: the daemon with its own broker and store in a temporary folder, and phantoms dropped into its inbox one by
 * one. Every printed result was received back from the broker.
 */
export async function demo({ once: endsAlone = false, port, inbox, deadline }: DemoOptions): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'bonewatch-demo-'));
  try {
    const config = demoConfig({
      folder,
      inbox: resolve(inbox ?? join(folder, 'inbox')),
      port: endsAlone ? 0 : port,
      deadlineMs: deadline * 1000,
    });
    await mkdir(config.inboxes[0]?.path ?? folder, { recursive: true });
    await using daemon = await startDaemon(config, createLogger('warn'));
    print(`Ward display: ${daemon.screensUrl}/ward/${WARD}`);
    print(`Inbox:        ${config.inboxes[0]?.path ?? ''}`);
    await using subscriber = subscribeToDemo({
      site: config.site.id,
      device: config.device.id,
      broker: { ...config.broker, url: daemon.brokerUrl },
    });
    const surprises = await showPhantoms(config, { subscriber, deadlineMs: deadline * 1000 });
    if (surprises === 0) print('All alerts came back from the broker, and only those expected.');
    else print(`${surprises} of ${DEMO_PHANTOMS.length} phantoms were not answered as expected.`);
    print('Not for diagnosis.');
    if (!endsAlone) {
      print('Drop radiographs into the inbox, or press Ctrl-C to end.');
      await Promise.race([untilSignal(), daemon.broken]);
    }
    return surprises === 0 ? EXIT.ok : EXIT.failed;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function showPhantoms(
  config: Config,
  { subscriber, deadlineMs }: { subscriber: DemoSubscriber; deadlineMs: number },
): Promise<number> {
  let surprises = 0;
  for (const request of DEMO_PHANTOMS) {
    const studyInstanceUid = phantomUid(`demo study ${phantomName(request)} ${process.pid}`);
    dropPhantom(config.inboxes[0]?.path ?? '', request, studyInstanceUid);
    const received = await subscriber.image(studyInstanceUid, deadlineMs);
    const hasAlert =
      received !== null && received.outcome !== null && received.outcome !== 'no-fracture-detected';
    const alert = hasAlert ? await subscriber.alert(deadlineMs) : null;
    const isAsExpected = received?.status === 'analysed' && (alert !== null) === request.isFractured;
    if (!isAsExpected) surprises += 1;
    print(line(request, { received, alertId: alert, isAsExpected }));
  }
  return surprises;
}

function line(
  request: PhantomRequest,
  {
    received,
    alertId,
    isAsExpected,
  }: { received: ReceivedImage | null; alertId: string | null; isAsExpected: boolean },
): string {
  const truth = `${request.kind}, ${request.isFractured ? 'fractured' : 'intact'}`.padEnd(20);
  const outcome = received ? describeOutcome(received) : 'no result';
  const alert = alertId === null ? '' : ` → alert ${alertId}`;
  return `${isAsExpected ? 'ok ' : 'NOT AS EXPECTED '} ${truth} ${outcome}${alert}`;
}

function demoConfig({
  folder,
  inbox,
  port,
  deadlineMs,
}: {
  folder: string;
  inbox: string;
  port: number;
  deadlineMs: number;
}): Config {
  return configSchema.parse({
    site: { id: 'demo', name: 'Bonewatch' },
    device: { id: 'demo', room: 'demo' },
    inboxes: [{ path: inbox }],
    // No accelerator is requested, so nothing is degraded: the demo prints the same on every machine.
    models: { executionProviders: ['cpu'], deadlineMs: deadlineMs / 2 },
    scope: { decodeDeadlineMs: deadlineMs / 4 },
    wards: [{ id: WARD, name: '데모 병동', detail: 'Demo ward', staff: ['김서연 간호사', '이준호 간호사'] }],
    broker: { embedded: true },
    store: { path: join(folder, 'store', 'bonewatch.db') },
    screens: { listen: `127.0.0.1:${port}` },
    health: { listen: '127.0.0.1:0' },
  });
}

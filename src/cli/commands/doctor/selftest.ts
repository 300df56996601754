import { ulid } from 'ulid';
import { loadConfig } from '../../../config/load-config.ts';
import type { Config } from '../../../config/schema.ts';
import type { PhantomRequest } from '../../../phantom/draw-phantom.ts';
import { DEMO_PHANTOMS, phantomName } from '../../../phantom/phantom-set.ts';
import { phantomUid } from '../../../phantom/phantom-uid.ts';
import { subscribeToDemo, type DemoSubscriber, type ReceivedImage } from '../demo/demo-subscriber.ts';
import { describeOutcome } from '../analyze/describe-outcome.ts';
import { dropPhantom } from '../demo/drop-phantom.ts';
import { EXIT, print, printJson } from '../../terminal.ts';

export interface SelftestOptions {
  readonly config: string;
  readonly count: number;
  readonly withAlert?: boolean;
  readonly json?: boolean;
}

interface Shown {
  readonly phantom: string;
  readonly isAsExpected: boolean;
  readonly outcome: string;
  readonly executionProvider: string | null;
  readonly degraded: boolean | null;
  /** From the file's final name to the result at the broker. */
  readonly scanToBrokerMs: number | null;
  readonly inferenceMs: number | null;
}

const ANSWER_DEADLINE_MS = 120_000;

/**
 * `selftest`: exports phantoms into the first inbox of the running service and receives the results at the broker, as a
 * display does. Removes its files from the inbox. Exit 1 if a result is missing or wrong.
 */
export async function selftest(options: SelftestOptions): Promise<number> {
  const config = await loadConfig(options.config);
  await using subscriber = subscribeToDemo({
    site: config.site.id,
    device: config.device.id,
    broker: config.broker,
  });
  const shown: Shown[] = [];
  for (const request of requests(options)) shown.push(await show(request, { config, subscriber, options }));
  const report = summarize(shown);
  if (options.json) printJson(report, 1);
  else {
    print(
      `Execution provider: ${report.executionProviders.join(', ') || 'unknown'}${report.degraded ? ' (degraded)' : ''}`,
    );
    print(
      `From file to broker: p50 ${text(report.scanToBrokerMs.p50)}, p95 ${text(report.scanToBrokerMs.p95)}`,
    );
    print(`Inference alone:     p50 ${text(report.inferenceMs.p50)}, p95 ${text(report.inferenceMs.p95)}`);
    print('Not for diagnosis.');
  }
  return report.surprises === 0 ? EXIT.ok : EXIT.failed;
}

function requests({ count, withAlert = false }: SelftestOptions): PhantomRequest[] {
  const intact = DEMO_PHANTOMS.filter(({ isFractured }) => !isFractured);
  const taken = Array.from({ length: count }, (_, index) => intact[index % intact.length]);
  const fractured = withAlert ? DEMO_PHANTOMS.filter(({ isFractured }) => isFractured).slice(0, 1) : [];
  return [...taken.filter((request) => request !== undefined), ...fractured];
}

async function show(
  request: PhantomRequest,
  { config, subscriber, options }: { config: Config; subscriber: DemoSubscriber; options: SelftestOptions },
): Promise<Shown> {
  const studyInstanceUid = phantomUid(`selftest ${phantomName(request)} ${ulid()}`);
  const dropped = dropPhantom(config.inboxes[0]?.path ?? '', request, studyInstanceUid);
  // The process also ends when the reader of its output has gone.
  process.once('exit', dropped.remove);
  try {
    const received = await subscriber.image(studyInstanceUid, ANSWER_DEADLINE_MS);
    const scanToBrokerMs = received === null ? null : performance.now() - dropped.droppedAt;
    const alert =
      request.isFractured && received !== null ? await subscriber.alert(ANSWER_DEADLINE_MS) : null;
    const hasFinding =
      received?.outcome !== undefined &&
      received.outcome !== null &&
      received.outcome !== 'no-fracture-detected';
    const isAsExpected =
      received?.status === 'analysed' &&
      hasFinding === request.isFractured &&
      (alert !== null) === request.isFractured;
    const outcome = received === null ? 'no result' : describeOutcome(received);
    if (!options.json)
      print(`${isAsExpected ? 'ok ' : 'NOT AS EXPECTED '} ${phantomName(request)}  ${outcome}`);
    return { phantom: phantomName(request), isAsExpected, outcome, scanToBrokerMs, ...factsOf(received) };
  } finally {
    process.off('exit', dropped.remove);
    dropped.remove();
  }
}

function factsOf(
  received: ReceivedImage | null,
): Pick<Shown, 'executionProvider' | 'degraded' | 'inferenceMs'> {
  if (received === null) return { executionProvider: null, degraded: null, inferenceMs: null };
  const { executionProvider, degraded, timingsMs } = received;
  return { executionProvider, degraded, inferenceMs: timingsMs?.inference ?? null };
}

function summarize(shown: readonly Shown[]) {
  const providers = shown.flatMap(({ executionProvider }) => executionProvider ?? []);
  return {
    schema: 'bonewatch.selftest/1',
    count: shown.length,
    surprises: shown.filter(({ isAsExpected }) => !isAsExpected).length,
    executionProviders: [...new Set(providers)],
    degraded: shown.some(({ degraded }) => degraded === true),
    scanToBrokerMs: percentiles(shown.flatMap(({ scanToBrokerMs }) => scanToBrokerMs ?? [])),
    inferenceMs: percentiles(shown.flatMap(({ inferenceMs }) => inferenceMs ?? [])),
    shown,
    notForDiagnosis: true,
  };
}

/** Nearest rank: a value that really occurred. */
function percentiles(values: readonly number[]): { p50: number | null; p95: number | null } {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number | null => sorted[Math.ceil(share * sorted.length) - 1] ?? null;
  return { p50: at(0.5), p95: at(0.95) };
}

function text(ms: number | null): string {
  return ms === null ? 'unknown' : `${ms.toFixed(0)} ms`;
}

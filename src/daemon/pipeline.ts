import { setTimeout as delay } from 'node:timers/promises';
import { analyzeFile, type AnalyzedFile, type Analyzer } from '../analysis/analyze-file.ts';
import type { Logger } from '../contract/logger.ts';
import { ERROR_CODES, isStoreFailure } from '../contract/errors.ts';
import type { AnalysisResult } from '../contract/analysis-result.ts';
import type { Metrics } from '../health/create-metrics.ts';
import type { Delivery } from '../publish/deliver-outbox.ts';
import type { DiskMonitor } from './alarms/monitor-disk.ts';
import type { ReportTrouble } from './alarms/trouble-reporter.ts';
import { sourceOf, type ClaimedFile } from './claimed-file.ts';
import { concludeImage, type ConcludeDeps } from './conclude-image.ts';
import type { Pictures } from './console/open-pictures.ts';
import type { Part } from './part.ts';

export interface PipelineDeps extends ConcludeDeps {
  /** No file is claimed before it is up. */
  readonly analysis: Pick<Part<{ readonly analyzer: Analyzer }>, 'state'>;
  readonly disk: Pick<DiskMonitor, 'state'>;
  readonly delivery: Pick<Delivery, 'wake'>;
  readonly pictures: Pick<Pictures, 'cacheQuick'>;
  readonly metrics: Pick<Metrics, 'countImage' | 'observeStage'>;
  readonly reportTrouble: ReportTrouble;
  readonly log: Logger;
}

/** Analyses files from the ledger until disposed; disposing waits for the files in work. */
export interface Pipeline extends AsyncDisposable {
  /** Checks for work; cheap, call it whenever a file became ready. */
  readonly wake: () => void;
  inWork(): number;
  /** When a file last got its result, on `performance.now()`'s scale; null before the first. */
  lastFinishedMs(): number | null;
  /** Rejects when a bug ended the pipeline; the process must end with it. */
  readonly broken: Promise<never>;
}

/** One image decodes while another is in the model; more would only slow each other down. */
const MAX_IN_WORK = 2;
const STORE_RETRY_MS = 1000;
const MAX_ATTEMPTS = 6;
const INITIAL_RETRY_MS = 15_000;
const MAX_RETRY_MS = 60 * 60_000;

/** A pipeline that starts with the first `wake` after the models are up. A file that fails does not stop the others. */
export function createPipeline(deps: PipelineDeps): Pipeline {
  const inWork = new Set<Promise<void>>();
  const { promise: broken, reject: breakDown } = Promise.withResolvers<never>();
  // The daemon may stop before it awaits this promise.
  broken.catch(() => undefined);
  const stopping = new AbortController();
  let lastFinishedMs: number | null = null;

  function wake(): void {
    const models = deps.analysis.state();
    if (models.state !== 'up') return;
    while (!stopping.signal.aborted && inWork.size < MAX_IN_WORK) {
      const file = claimNext(deps);
      if (file === undefined) return;
      start(file, models.value.analyzer);
    }
  }

  function start(file: ClaimedFile, analyzer: Analyzer): void {
    const work = workOn(file, { ...deps, analyzer, signal: stopping.signal })
      .then((isFinished) => {
        if (isFinished) lastFinishedMs = performance.now();
      })
      .catch(breakDown)
      .finally(() => {
        inWork.delete(work);
        wake();
      });
    inWork.add(work);
  }

  return {
    wake,
    inWork: () => inWork.size,
    lastFinishedMs: () => lastFinishedMs,
    broken,
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await Promise.all(inWork);
    },
  };
}

interface WorkDeps extends PipelineDeps {
  readonly analyzer: Analyzer;
  readonly signal: AbortSignal;
}

/** Whether the file got its result; if a stop prevents that, the file is analysed again after the next start. */
async function workOn(file: ClaimedFile, deps: WorkDeps): Promise<boolean> {
  const { store, analyzer, clock, log } = deps;
  const analyzed = await analyzeFile({ source: sourceOf(file), sha256: file.sha256 }, analyzer, () => {
    ifStoreAccepts(() => store.ledger.advance(file.id, 'inferring'), deps);
  });
  const retryAt = retryTime(analyzed.result, file.attempts, clock.now());
  if (!(await isConcluded(file, { analyzed, retryAt }, deps))) return false;
  publishConclusion(file, analyzed, deps);
  const { status, outcome, reason, timingsMs } = analyzed.result;
  const waitedMs = clock.now() - file.discoveredAt;
  log.info(
    { id: file.id, status, outcome, code: reason?.code, timingsMs, waitedMs, retryAt },
    'image answered',
  );
  return true;
}

/** The most urgent file; none while the disk is full. */
function claimNext(deps: PipelineDeps): ClaimedFile | undefined {
  if (deps.disk.state().isFull) return undefined;
  return ifStoreAccepts(() => deps.store.ledger.claimNext(1)[0], deps);
}

/** Writes the result as soon as the store accepts it; false if a stop came first. */
async function isConcluded(
  file: ClaimedFile,
  conclusion: { readonly analyzed: AnalyzedFile; readonly retryAt: number | null },
  deps: WorkDeps,
): Promise<boolean> {
  const { signal, reportTrouble } = deps;
  for (;;) {
    const isStored = ifStoreAccepts(() => {
      concludeImage(deps, file, conclusion);
      return true;
    }, deps);
    if (isStored) {
      reportTrouble('pipeline', null);
      return true;
    }
    await delay(STORE_RETRY_MS, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return false;
  }
}

/** Applies the effects of a stored result outside of the store. */
function publishConclusion(
  { sha256 }: ClaimedFile,
  { result, quick }: AnalyzedFile,
  { delivery, metrics, pictures }: PipelineDeps,
): void {
  delivery.wake();
  metrics.countImage(result.status);
  for (const [stage, ms] of Object.entries(result.timingsMs ?? {})) metrics.observeStage(stage, ms / 1000);
  if (quick !== null && sha256 !== null) pictures.cacheQuick(sha256, quick);
}

/** Undefined if the store refuses the step, which is reported and retried later. */
function ifStoreAccepts<T>(step: () => T, { reportTrouble }: PipelineDeps): T | undefined {
  try {
    return step();
  } catch (error) {
    if (!isStoreFailure(error)) throw error;
    reportTrouble('pipeline', error);
    return undefined;
  }
}

/** When a failed image is tried again: after increasing waits, a limited number of times; null for never. */
export function retryTime(result: AnalysisResult, attempts: number, now: number): number | null {
  if (result.status !== 'failed' || !result.reason) return null;
  if (ERROR_CODES[result.reason.code].retry === 'never' || attempts >= MAX_ATTEMPTS) return null;
  return now + Math.min(INITIAL_RETRY_MS * 4 ** (attempts - 1), MAX_RETRY_MS);
}

import type { Clock } from '../contract/clock.ts';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { analyzeFile, type AnalyzedFile, type Analyzer } from '../analysis/analyze-file.ts';
import type { Logger } from '../contract/logger.ts';
import { ERROR_CODES, isBonewatchError, type BonewatchError } from '../contract/errors.ts';
import type { AnalysisResult } from '../contract/analysis-result.ts';

/** A file that is whole, taken from the ledger to be worked on. */
export interface ClaimedFile {
  readonly id: number;
  readonly inbox: string;
  /** Relative to the inbox. */
  readonly path: string;
  readonly sha256: string | null;
  /** When its last byte was written, milliseconds since 1970. */
  readonly mtimeMs: number;
  /** How many times it has been taken, this time included. */
  readonly attempts: number;
  /** Milliseconds since 1970. */
  readonly discoveredAt: number;
}

export interface PipelineDeps {
  /** Takes the next file to work on, most urgent first. */
  readonly claim: () => ClaimedFile | undefined;
  readonly markInferring: (id: number) => void;
  readonly analyzer: Analyzer;
  /** Keeps the answer, and everything that follows from it, in one step. */
  readonly conclude: (file: ClaimedFile, analyzed: AnalyzedFile, retryAt: number | null) => void;
  /** The store refused a step (then this is tried again), or, with null, takes them again. */
  readonly onStore: (error: BonewatchError | null) => void;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Files from the ledger through the stages, until disposed; a dispose waits for what is in work. */
export interface Pipeline extends AsyncDisposable {
  /** There may be something to do; cheap, call it whenever a file became ready. */
  wake(): void;
  inWork(): number;
  /** When a file last got its answer, on `performance.now()`'s scale; null before the first. */
  lastFinishedMs(): number | null;
  /** Rejects when a bug ended the pipeline; the process must end with it. */
  readonly broken: Promise<never>;
}

/** One image decodes while another is in the model; more would only make each of them slower. */
const CONCURRENCY = 2;
const STORE_RETRY_MS = 1000;
const MAX_ATTEMPTS = 6;
const INITIAL_RETRY_MS = 15_000;
const MAX_RETRY_MS = 60 * 60_000;

/** Starts the pipeline; what fails, fails alone. */
export function startPipeline(parts: PipelineDeps): Pipeline {
  const { clock, log } = parts;
  const inWork = new Set<Promise<void>>();
  const { promise: broken, reject: breakDown } = Promise.withResolvers<never>();
  // Whoever runs the daemon waits for it; nobody else has to.
  broken.catch(() => undefined);
  const stopping = new AbortController();
  let lastFinishedMs: number | null = null;

  function wake(): void {
    while (!stopping.signal.aborted && inWork.size < CONCURRENCY) {
      const file = ifStoreTakes(() => parts.claim());
      if (!file) return;
      const work = workOn(file)
        .catch(breakDown)
        .finally(() => {
          inWork.delete(work);
          wake();
        });
      inWork.add(work);
    }
  }

  /** What a store that refuses does not take is done later. */
  function ifStoreTakes<T>(step: () => T): T | undefined {
    try {
      return step();
    } catch (error) {
      if (!isBonewatchError(error, 'STORE_FAILED')) throw error;
      parts.onStore(error);
      return undefined;
    }
  }

  /** An answer is kept until the store takes it; one that a stop leaves behind is worked out again after it. */
  async function isConcluded(
    file: ClaimedFile,
    analyzed: AnalyzedFile,
    retryAt: number | null,
  ): Promise<boolean> {
    for (;;) {
      const isKept = ifStoreTakes(() => {
        parts.conclude(file, analyzed, retryAt);
        return true;
      });
      if (isKept) {
        parts.onStore(null);
        return true;
      }
      await delay(STORE_RETRY_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
      if (stopping.signal.aborted) return false;
    }
  }

  async function workOn(file: ClaimedFile): Promise<void> {
    const path = join(file.inbox, file.path);
    const analyzed = await analyzeFile({ path, sha256: file.sha256 }, parts.analyzer, () => {
      ifStoreTakes(() => parts.markInferring(file.id));
    });
    const retryAt = retryTime(analyzed.result, file.attempts, clock.now());
    if (!(await isConcluded(file, analyzed, retryAt))) return;
    lastFinishedMs = performance.now();
    const { status, outcome, reason, timingsMs } = analyzed.result;
    const waitedMs = clock.now() - file.discoveredAt;
    log.info(
      { id: file.id, status, outcome, code: reason?.code, timingsMs, waitedMs, retryAt },
      'image answered',
    );
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

/** When a failed image is tried again: later and later, and not for ever; null for never. */
export function retryTime(result: AnalysisResult, attempts: number, now: number): number | null {
  if (result.status !== 'failed' || !result.reason) return null;
  if (ERROR_CODES[result.reason.code].retry === 'never' || attempts >= MAX_ATTEMPTS) return null;
  return now + Math.min(INITIAL_RETRY_MS * 4 ** (attempts - 1), MAX_RETRY_MS);
}

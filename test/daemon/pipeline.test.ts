import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Analyzer } from '../../src/analysis/analyze-file.ts';
import type { AnalysisResult } from '../../src/contract/analysis-result.ts';
import { BonewatchError, type ErrorCode } from '../../src/contract/errors.ts';
import { configSchema } from '../../src/config/schema.ts';
import { pathOf, type FileSource } from '../../src/contract/file-source.ts';
import { createPipeline, retryTime } from '../../src/daemon/pipeline.ts';
import { aClock, aStore, anArrival, INBOX } from '../store/a-store.ts';
import { silentLog } from '../support/silent-log.ts';

describe('the pipeline', () => {
  it('the pipeline stores a result for every file although one of them cannot be decoded', async () => {
    const answers: AnalysisResult[] = [];
    await using pipeline = aPipeline({
      files: 5,
      prepare: (source) =>
        pathOf(source).endsWith('2') ? refuse('DICOM_TRUNCATED') : refuse('MODALITY_OUT_OF_SCOPE'),
      conclude: (result) => void answers.push(result),
    });

    await pipeline.idle();

    expect(answers.map(({ reason }) => reason?.code).toSorted()).toEqual([
      'DICOM_TRUNCATED',
      ...Array.from({ length: 4 }, () => 'MODALITY_OUT_OF_SCOPE'),
    ]);
  });

  it('the pipeline works on two files at a time, so that one decodes while the other is in the model', async () => {
    let [atOnce, most] = [0, 0];
    await using pipeline = aPipeline({
      files: 8,
      async prepare() {
        atOnce += 1;
        most = Math.max(most, atOnce);
        await turn();
        atOnce -= 1;
        return refuse('NOT_AN_IMAGE');
      },
    });

    await pipeline.idle();

    expect(most).toBe(2);
  });

  it('the pipeline retries a result until the store accepts it, and reports the failure', async () => {
    const [answers, troubles]: [AnalysisResult[], (string | null)[]] = [[], []];
    let refusals = 1;
    await using pipeline = aPipeline({
      files: 1,
      prepare: () => refuse('NOT_AN_IMAGE'),
      conclude(result) {
        if (refusals-- > 0) throw new BonewatchError('STORE_FAILED', 'The database failed to write.');
        answers.push(result);
      },
      onStore: (error) => void troubles.push(error?.code ?? null),
    });

    await pipeline.idle();

    expect(answers).toHaveLength(1);
    expect(troubles).toEqual(['STORE_FAILED', null]);
  });

  it('the pipeline finishes the files in work before it stops, and claims no new ones', async () => {
    const { promise: gate, resolve: open } = Promise.withResolvers<undefined>();
    const answers: AnalysisResult[] = [];
    const pipeline = aPipeline({
      files: 10,
      async prepare() {
        await gate;
        return refuse('NOT_AN_IMAGE');
      },
      conclude: (result) => void answers.push(result),
    });

    const stopped = pipeline[Symbol.asyncDispose]();
    open(undefined);
    await stopped;

    expect(answers).toHaveLength(2);
  });

  it('the pipeline claims no file before the models are up', async () => {
    let isUp = false;
    const answers: AnalysisResult[] = [];
    await using pipeline = aPipeline({
      files: 3,
      prepare: () => refuse('NOT_AN_IMAGE'),
      conclude: (result) => void answers.push(result),
      isModelUp: () => isUp,
    });

    expect(pipeline.inWork()).toBe(0);
    expect(pipeline.store.ledger.counts().ready).toBe(3);
    isUp = true;
    pipeline.wake();
    await pipeline.idle();

    expect(answers).toHaveLength(3);
  });

  it('the pipeline ends on a bug instead of continuing without a result', async () => {
    await using pipeline = aPipeline({
      files: 1,
      prepare: () => Promise.reject(new Error('a bug')),
    });

    await expect(pipeline.broken).rejects.toThrow('a bug');
  });
});

describe('trying again', () => {
  it('retries wait longer each time, and stop eventually', () => {
    const waits = [1, 2, 3, 4, 5, 6].map((attempts) => retryTime(failed('INFERENCE_CRASHED'), attempts, 0));

    expect(waits).toEqual([15_000, 60_000, 240_000, 960_000, 3_600_000, null]);
  });

  it('a file is not retried if it must give the same result', () => {
    expect(retryTime(failed('PIXELS_CORRUPT'), 1, 0)).toBeNull();
  });
});

function aPipeline(facts: {
  files: number;
  prepare: (source: FileSource) => Promise<never>;
  conclude?: (result: AnalysisResult) => void;
  onStore?: (error: BonewatchError | null) => void;
  isModelUp?: () => boolean;
}) {
  const clock = aClock();
  const store = aStore({ clock });
  for (let id = 0; id < facts.files; id += 1) anArrival(store, String(id));
  const analyzer: Analyzer = {
    prepare: facts.prepare,
    detect: () => Promise.reject(new Error('no file gets this far')),
    suspected: 0.5,
    definite: 0.9,
  };
  const pipeline = createPipeline({
    store: {
      ...store,
      results: {
        ...store.results,
        record(conclusion) {
          facts.conclude?.(conclusion.result);
          store.results.record(conclusion);
        },
      },
    },
    config: configSchema.parse({ inboxes: [{ path: INBOX }], wards: [{ id: 'w3', name: '3' }] }),
    origin: { site: 's', device: 'd', privacyFields: [] },
    newId: () => 'unused',
    analysis: {
      state: () =>
        facts.isModelUp?.() === false
          ? { state: 'starting', reason: 'The model is not loaded yet.' }
          : { state: 'up', value: { analyzer } },
    },
    disk: { state: () => ({ space: null, isLow: false, isFull: false }) },
    delivery: { wake: () => undefined },
    pictures: { cacheQuick: () => undefined },
    metrics: { countImage: () => undefined, observeStage: () => undefined },
    reportTrouble: (_source, error) => facts.onStore?.(error),
    clock,
    log: silentLog,
  });
  pipeline.wake();
  return {
    ...pipeline,
    store,
    async idle() {
      while (pipeline.inWork() > 0) await turn();
    },
  };
}

function refuse(code: ErrorCode): Promise<never> {
  return Promise.reject(new BonewatchError(code, 'refused'));
}

function failed(code: ErrorCode): AnalysisResult {
  return {
    schema: 'bonewatch.result/1',
    file: '/inbox/0',
    sha256: null,
    status: 'failed',
    reason: { code, message: 'refused' },
    image: null,
    outcome: null,
    score: null,
    findings: [],
    models: [],
    executionProvider: null,
    degraded: false,
    warnings: [],
    timingsMs: null,
    notForDiagnosis: true,
  };
}

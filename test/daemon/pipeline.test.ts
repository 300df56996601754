import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { AnalyzedFile, Analyzer } from '../../src/analysis/analyze-file.ts';
import type { AnalysisResult } from '../../src/contract/analysis-result.ts';
import { BonewatchError, type ErrorCode } from '../../src/contract/errors.ts';
import { retryTime, startPipeline, type ClaimedFile } from '../../src/daemon/pipeline.ts';
import { silentLog } from '../support/silent-log.ts';

describe('the pipeline', () => {
  it('answers every file although one of them cannot be decoded', async () => {
    const answers: AnalyzedFile[] = [];
    await using pipeline = aPipeline({
      files: 5,
      prepare: (path) => (path.endsWith('2') ? refuse('DICOM_TRUNCATED') : refuse('MODALITY_OUT_OF_SCOPE')),
      conclude: (analyzed) => void answers.push(analyzed),
    });

    await pipeline.idle();

    expect(answers.map(({ result }) => result.reason?.code).toSorted()).toEqual([
      'DICOM_TRUNCATED',
      ...Array.from({ length: 4 }, () => 'MODALITY_OUT_OF_SCOPE'),
    ]);
  });

  it('works on two files at a time, so that one decodes while the other is in the model', async () => {
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

  it('keeps an answer that the store refuses until it takes it, and says so', async () => {
    const [answers, troubles]: [AnalyzedFile[], (string | null)[]] = [[], []];
    let refusals = 1;
    await using pipeline = aPipeline({
      files: 1,
      prepare: () => refuse('NOT_AN_IMAGE'),
      conclude(analyzed) {
        if (refusals-- > 0) throw new BonewatchError('STORE_FAILED', 'The database refused to write.');
        answers.push(analyzed);
      },
      onStore: (error) => void troubles.push(error?.code ?? null),
    });

    await pipeline.idle();

    expect(answers).toHaveLength(1);
    expect(troubles).toEqual(['STORE_FAILED', null]);
  });

  it('finishes what is in work before it stops, and takes nothing new', async () => {
    const { promise: gate, resolve: open } = Promise.withResolvers<undefined>();
    const answers: AnalyzedFile[] = [];
    const pipeline = aPipeline({
      files: 10,
      async prepare() {
        await gate;
        return refuse('NOT_AN_IMAGE');
      },
      conclude: (analyzed) => void answers.push(analyzed),
    });

    const stopped = pipeline[Symbol.asyncDispose]();
    open(undefined);
    await stopped;

    expect(answers).toHaveLength(2);
  });

  it('ends with a bug instead of going on without an answer', async () => {
    await using pipeline = aPipeline({
      files: 1,
      prepare: () => Promise.reject(new Error('a bug')),
    });

    await expect(pipeline.broken).rejects.toThrow('a bug');
  });
});

describe('trying again', () => {
  it('waits longer each time, and gives up in the end', () => {
    const waits = [1, 2, 3, 4, 5, 6].map((attempts) => retryTime(failed('INFERENCE_CRASHED'), attempts, 0));

    expect(waits).toEqual([15_000, 60_000, 240_000, 960_000, 3_600_000, null]);
  });

  it('is left out where the same file must give the same answer', () => {
    expect(retryTime(failed('PIXELS_CORRUPT'), 1, 0)).toBeNull();
  });
});

function aPipeline(facts: {
  files: number;
  prepare: (path: string) => Promise<never>;
  conclude?: (analyzed: AnalyzedFile) => void;
  onStore?: (error: BonewatchError | null) => void;
}) {
  const files = Array.from({ length: facts.files }, (_, id) => aFile(id));
  const analyzer: Analyzer = {
    prepare: facts.prepare,
    detect: () => Promise.reject(new Error('nothing gets this far')),
    suspected: 0.5,
    definite: 0.9,
  };
  const pipeline = startPipeline({
    claim: () => files.shift(),
    markInferring: () => undefined,
    analyzer,
    conclude: (_file, analyzed) => facts.conclude?.(analyzed),
    onStore: (error) => facts.onStore?.(error),
    clock: Date,
    log: silentLog,
  });
  pipeline.wake();
  return {
    ...pipeline,
    async idle() {
      while (pipeline.inWork() > 0) await turn();
    },
  };
}

function aFile(id: number): ClaimedFile {
  return { id, inbox: '/inbox', path: String(id), sha256: null, mtimeMs: 0, attempts: 1, discoveredAt: 0 };
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

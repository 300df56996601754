import type { Clock } from '../../contract/clock.ts';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { analyzeFile, type Analyzer } from '../../analysis/analyze-file.ts';
import type { AnalysisResult } from '../../contract/analysis-result.ts';
import type { Config } from '../../config/schema.ts';
import { BonewatchError, isBonewatchError } from '../../contract/errors.ts';
import { listModels, loadModel } from '../../inference/models/load-model.ts';
import type { ModelIdentity } from '../../contract/finding.ts';
import { openChain, type ChainMember } from '../../inference/open-chain.ts';
import type { LiveParts } from '../live-parts.ts';
import { letterbox } from '../../preprocess/letterbox.ts';
import { loadMembers } from '../../analysis/load-chain-members.ts';
import type { Logger } from '../../contract/logger.ts';
import { analyzerFor, thresholdsFor } from '../../analysis/open-analysis.ts';
import type { ModelChoice, RerunJob } from '../../contract/api/reruns.ts';
import { SHIPPED_MODELS_DIRECTORY } from '../../contract/package-facts.ts';
import type { Store } from '../../store/open-store.ts';

interface RerunParts {
  readonly config: Config;
  readonly store: Pick<Store, 'search' | 'reruns'>;
  readonly live: LiveParts;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Stored images through another model: kept beside the result of record, without alert and without message. */
export interface Reruns extends AsyncDisposable {
  models(): Promise<readonly ModelChoice[]>;
  /** One image. Throws MODEL_INVALID, FILE_VANISHED, INFERENCE_CRASHED. */
  one(id: number, model: string, by: string): Promise<AnalysisResult>;
  /** All analysed images since a time, beside the day's work; one such job at a time. */
  start(model: string, since: number, by: string): Promise<boolean>;
  stop(): void;
  job(): RerunJob | null;
}

/** A model and what asks it. */
interface Through {
  readonly analyzer: Analyzer;
  readonly model: ModelIdentity;
}

/** A new image never waits for an old one for longer than this. */
const YIELD_MS = 50;

export function rerunImages(parts: RerunParts): Reruns {
  const { config, store, live, clock } = parts;
  const folder = config.models.directory ?? SHIPPED_MODELS_DIRECTORY;
  const active = new Set(
    config.models.active.map((entry) => (typeof entry === 'string' ? entry : entry.model)),
  );
  let job: RerunJob | null = null;
  let running: Promise<void> | null = null;
  let stopping = new AbortController();

  /** The model alone, whatever stands beside it in the configuration; its own thresholds unless the alerts have theirs. */
  async function find(name: string): Promise<{ config: Config; member: ChainMember }> {
    // Only names that are listed lead to a folder.
    if (!(await listModels(folder)).includes(name))
      throw new BonewatchError('MODEL_INVALID', `there is no model ${name}`);
    const alone = { ...config, models: { ...config.models, active: [name], operatingPoints: undefined } };
    const [member] = await loadMembers(alone.models);
    if (member === undefined) throw new BonewatchError('MODEL_INVALID', `there is no model ${name}`);
    return { config: alone, member };
  }

  /** The serving model as it runs, another one in a process of its own for as long as it is needed. */
  async function withModel<Result>(
    name: string,
    work: (through: Through) => Promise<Result>,
  ): Promise<Result> {
    const { analysis } = live;
    if (analysis === null) throw new BonewatchError('INFERENCE_CRASHED', 'The model is not up yet.');
    const [serving, ...others] = analysis.models;
    if (serving?.identity.name === name && others.length === 0)
      return work({ analyzer: analysis.analyzer, model: serving.identity });
    const { config: alone, member } = await find(name);
    const thresholds = await thresholdsFor(alone, [member]);
    await using inference = await openChain([member], {
      ...alone.models,
      letterbox,
      log: parts.log,
    });
    const opened = { members: [member], inference, decoder: analysis.decoder };
    const analyzer = analyzerFor(opened, config.scope, thresholds);
    return await work({ analyzer, model: member.model.identity });
  }

  async function rerun(id: number, { analyzer, model }: Through, by: string): Promise<AnalysisResult> {
    const file = store.search.fileOf(id);
    if (file === undefined) throw new BonewatchError('FILE_VANISHED', `image ${id} is not in the record`);
    const { result } = await analyzeFile(
      { path: join(file.inbox, file.path), sha256: file.sha256 },
      analyzer,
    );
    if (result.reason?.code === 'FILE_VANISHED')
      throw new BonewatchError('FILE_VANISHED', result.reason.message);
    const kept = { model: titleOf(model), modelSha256: model.sha256 };
    store.reruns.keep({ arrivalId: id, ...kept, by, at: clock.now(), result });
    return result;
  }

  async function runAll(ids: readonly number[], through: Through, by: string): Promise<void> {
    const { signal } = stopping;
    for (const id of ids) {
      while (!signal.aborted && (live.pipeline?.inWork() ?? 0) > 0) await delay(YIELD_MS);
      if (signal.aborted || job === null) return;
      const isKnown = store.reruns.has(id, titleOf(through.model));
      const isDone = isKnown || (await rerun(id, through, by).then(() => true, isNamed));
      job = { ...job, done: job.done + 1, failed: job.failed + (isDone ? 0 : 1) };
    }
  }

  return {
    async models() {
      const names = await listModels(folder);
      const models = await Promise.all(names.map((name) => loadModel(join(folder, name)).catch(() => null)));
      return models.flatMap((model, index) => {
        const name = names[index] ?? '';
        if (model === null) return [];
        const { version, sha256 } = model.identity;
        return [{ name, version, sha256, isActive: active.has(name) }];
      });
    },
    one: (id, model, by) => withModel(model, (through) => rerun(id, through, by)),
    async start(model, since, by) {
      if (running !== null) return false;
      const { identity } = (await find(model)).member.model;
      const ids = store.search.analysedSince(since);
      stopping = new AbortController();
      job = {
        model: titleOf(identity),
        since,
        total: ids.length,
        done: 0,
        failed: 0,
        isRunning: true,
      };
      running = withModel(model, (through) => runAll(ids, through, by))
        .catch((error: unknown) => {
          if (!isBonewatchError(error)) throw error;
          parts.log.warn({ code: error.code, reason: error.message }, 'images not run again');
        })
        .finally(() => {
          if (job !== null) job = { ...job, isRunning: false };
          running = null;
        });
      return true;
    },
    stop: () => stopping.abort(),
    job: () => job,
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await running;
    },
  };
}

function titleOf({ name, version }: ModelIdentity): string {
  return `${name} ${version}`;
}

/** An image that cannot be run again is counted; a bug is not. */
function isNamed(error: unknown): boolean {
  if (!isBonewatchError(error)) throw error;
  return false;
}

import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { analyzeFile, type Analyzer } from '../../analysis/analyze-file.ts';
import { loadMembers } from '../../analysis/load-chain-members.ts';
import { analyzerFor, type Analysis } from '../../analysis/open-analysis.ts';
import { thresholdsFor } from '../../analysis/thresholds.ts';
import type { AnalysisResult } from '../../contract/analysis-result.ts';
import type { Clock } from '../../contract/clock.ts';
import type { Config } from '../../config/schema.ts';
import { BonewatchError, isBonewatchError } from '../../contract/errors.ts';
import type { ModelIdentity } from '../../contract/finding.ts';
import type { Logger } from '../../contract/logger.ts';
import { SHIPPED_MODELS_DIRECTORY } from '../../contract/package-facts.ts';
import { listModels, loadModel } from '../../inference/models/load-model.ts';
import { openChain, type ChainMember } from '../../inference/open-chain.ts';
import { letterbox } from '../../preprocess/letterbox.ts';
import type { ModelChoice, RerunJob } from '../../contract/api/reruns.ts';
import { sourceOf } from '../claimed-file.ts';
import type { Store } from '../../store/open-store.ts';
import type { Part } from '../part.ts';
import type { StatusSource } from '../status.ts';

interface RerunDeps {
  readonly config: Config;
  readonly store: Pick<Store, 'search' | 'reruns'>;
  readonly analysis: Part<Analysis>;
  readonly status: StatusSource;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Reruns stored images with another model: results are stored next to the result of record, without alerts or messages. */
export interface ImageReruns extends AsyncDisposable {
  models(): Promise<readonly ModelChoice[]>;
  /** One image. Throws NOT_READY, MODEL_INVALID, FILE_VANISHED, INFERENCE_CRASHED. */
  one(id: number, model: string, by: string): Promise<AnalysisResult>;
  /** All analysed images since a time, while no new image waits; false where such a job is running. Throws NOT_READY. */
  start(model: string, since: number, by: string): Promise<boolean>;
  stop(): void;
  job(): RerunJob | null;
}

/** A model and its analyzer. */
interface RerunModel {
  readonly analyzer: Analyzer;
  readonly model: ModelIdentity;
}

/** The longest that a new image waits for a rerun. */
const YIELD_MS = 50;

/** Runs requested reruns; disposing stops the running job. */
export function createImageReruns(deps: RerunDeps): ImageReruns {
  return {
    ...createRerunJob(deps),
    models: () => installedModels(deps.config.models),
    one: (id, name, by) => withModel(name, deps, (rerunModel) => rerun(id, { ...deps, rerunModel, by })),
  };
}

/** The job over many images, one at a time. */
function createRerunJob(deps: RerunDeps): Omit<ImageReruns, 'models' | 'one'> {
  let job: RerunJob | null = null;
  let running: Promise<void> | null = null;
  let stopping = new AbortController();

  async function runAll(ids: readonly number[], rerunModel: RerunModel, by: string): Promise<void> {
    const { signal } = stopping;
    for (const id of ids) {
      if (!(await isIdle(deps.status, signal)) || job === null) return;
      const isDone = await isRerun(id, { ...deps, rerunModel, by });
      job = { ...job, done: job.done + 1, failed: job.failed + (isDone ? 0 : 1) };
    }
  }

  async function begin(name: string, since: number, by: string): Promise<void> {
    const { identity } = (await findModel(name, deps)).member.model;
    const ids = deps.store.search.analysedSince(since);
    stopping = new AbortController();
    job = { model: titleOf(identity), since, total: ids.length, done: 0, failed: 0, isRunning: true };
    running = withModel(name, deps, (rerunModel) => runAll(ids, rerunModel, by))
      .catch((error: unknown) => logNamed(error, deps.log))
      .finally(end);
  }

  function end(): void {
    if (job !== null) job = { ...job, isRunning: false };
    running = null;
  }

  return {
    async start(name, since, by) {
      if (running !== null) return false;
      deps.analysis.require();
      await begin(name, since, by);
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

/** Stores a model's result of an image unless it exists; returns whether it is stored. */
async function isRerun(id: number, deps: Parameters<typeof rerun>[1]): Promise<boolean> {
  if (deps.store.reruns.has(id, titleOf(deps.rerunModel.model))) return true;
  return rerun(id, deps).then(() => true, falseIfNamed);
}

/** Waits until no new image is in work; false if the job is stopped first. */
async function isIdle(status: StatusSource, signal: AbortSignal): Promise<boolean> {
  while (!signal.aborted && isWorking(status)) await delay(YIELD_MS);
  return !signal.aborted;
}

function logNamed(error: unknown, log: Logger): void {
  if (!isBonewatchError(error)) throw error;
  log.warn({ code: error.code, reason: error.message }, 'rerun of images failed');
}

async function installedModels({
  directory = SHIPPED_MODELS_DIRECTORY,
  active,
}: Config['models']): Promise<ModelChoice[]> {
  const activeNames = new Set(active.map((entry) => (typeof entry === 'string' ? entry : entry.model)));
  const names = await listModels(directory);
  const models = await Promise.all(names.map((name) => loadModel(join(directory, name)).catch(() => null)));
  return models.flatMap((model, index) => {
    const name = names[index] ?? '';
    if (model === null) return [];
    const { version, sha256 } = model.identity;
    return [{ name, version, sha256, isActive: activeNames.has(name) }];
  });
}

/** The model alone, without the configured chain; with its own thresholds unless `alerts` sets them. */
async function findModel(
  name: string,
  { config }: Pick<RerunDeps, 'config'>,
): Promise<{ readonly config: Config; readonly member: ChainMember }> {
  // Only listed names are resolved to a folder.
  const isInstalled = (await listModels(config.models.directory ?? SHIPPED_MODELS_DIRECTORY)).includes(name);
  const alone = { ...config, models: { ...config.models, active: [name], operatingPoints: undefined } };
  const [member] = isInstalled ? await loadMembers(alone.models) : [];
  if (member === undefined) throw new BonewatchError('MODEL_INVALID', `There is no model ${name}.`);
  return { config: alone, member };
}

/** Uses the serving model if it is the same one; loads another one in a separate process for the duration of the work. */
async function withModel<Result>(
  name: string,
  deps: RerunDeps,
  work: (rerunModel: RerunModel) => Promise<Result>,
): Promise<Result> {
  const { models, analyzer: servingAnalyzer, decoder } = deps.analysis.require();
  const [serving, ...others] = models;
  if (serving?.identity.name === name && others.length === 0)
    return work({ analyzer: servingAnalyzer, model: serving.identity });
  const { config: alone, member } = await findModel(name, deps);
  const thresholds = await thresholdsFor(alone, [member]);
  await using inference = await openChain([member], { ...alone.models, letterbox, log: deps.log });
  const analyzer = analyzerFor({ members: [member], inference, decoder }, deps.config.scope, thresholds);
  return await work({ analyzer, model: member.model.identity });
}

async function rerun(
  id: number,
  { store, clock, rerunModel, by }: RerunDeps & { readonly rerunModel: RerunModel; readonly by: string },
): Promise<AnalysisResult> {
  const { analyzer, model } = rerunModel;
  const file = store.search.fileOf(id);
  if (file === undefined) throw new BonewatchError('FILE_VANISHED', `Image ${id} is no longer stored.`);
  const { result } = await analyzeFile({ source: sourceOf(file), sha256: file.sha256 }, analyzer);
  if (result.reason?.code === 'FILE_VANISHED')
    throw new BonewatchError('FILE_VANISHED', result.reason.message);
  store.reruns.save({
    arrivalId: id,
    model: titleOf(model),
    modelSha256: model.sha256,
    by,
    at: clock.now(),
    result,
  });
  return result;
}

function isWorking(status: StatusSource): boolean {
  const { intake } = status.read();
  return intake.state === 'up' && intake.working > 0;
}

function titleOf({ name, version }: ModelIdentity): string {
  return `${name} ${version}`;
}

/** Counts an image that cannot be analysed again; rethrows a bug. */
function falseIfNamed(error: unknown): false {
  if (!isBonewatchError(error)) throw error;
  return false;
}

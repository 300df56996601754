import { BonewatchError } from '../contract/errors.ts';
import type { ExecutionProvider, Finding, ModelIdentity } from '../contract/finding.ts';
import { fuseFindings } from './fuse-findings.ts';
import type { Tensor } from '../preprocess/letterbox.ts';
import type { InstalledModel } from './models/load-model.ts';
import type { ModelInput } from '../preprocess/model-input.ts';
import { iou } from './nms.ts';
import { worstOf, type ProviderStatus } from './providers/provider-status.ts';
import { openInference, type Detected, type Inference, type InferenceOptions } from './open-inference.ts';

/** A model and its role: a gate decides whether the others run, a detector finds boxes, a segmenter their outlines. */
export interface ChainMember {
  readonly model: InstalledModel;
  readonly role: 'gate' | 'detector' | 'segmenter';
  /** Weight of a detector among several. */
  readonly weight: number;
  /** Of a gate: the score from which the other models run; null: the model's suspected threshold. */
  readonly threshold: number | null;
}

/** The combined result of all models for one picture; `models`: those that ran, in order. */
export interface ChainDetected extends Detected {
  readonly models: readonly ModelIdentity[];
}

/** The models that analyse every picture, each in its own process. */
export interface Chain extends AsyncDisposable {
  readonly models: readonly ModelIdentity[];
  /** The inputs to prepare from a picture; `detect` takes one tensor for each. */
  readonly inputs: readonly ModelInput[];
  /** The serving execution provider, the worst of several; null while a model is not ready. */
  executionProvider(): ExecutionProvider | null;
  isDegraded(): boolean;
  /** The provider status of the model with the worst one. */
  providerStatus(): ProviderStatus;
  /** The process of the first detector, for the self-test and support; null while none serves. */
  pid(): number | null;
  /** A closed gate gives a score of 0 and no findings. */
  detect(
    tensors: readonly Tensor[],
    picture: { readonly width: number; readonly height: number },
    suspected: number,
  ): Promise<ChainDetected>;
}

export interface ChainOptions extends InferenceOptions {
  /** Overlap (intersection over union) from which boxes of several detectors are the same. */
  readonly fusionIou: number;
}

/** Minimum confidence for fusion: low, so that several weak detections can add up to a finding. */
const FUSION_FLOOR = 0.01;
/** Minimum confidence of a segmenter: low, since it only outlines boxes that a detector found. */
const OUTLINE_FLOOR = 0.05;
/** Overlap of a finding's box with a segmenter's from which they mean the same. */
const OUTLINE_IOU = 0.3;
/** From lowest to highest. */
const PROVIDERS: readonly ExecutionProvider[] = ['cpu', 'cuda', 'tensorrt'];

interface Link extends ChainMember {
  readonly inference: Inference;
  /** Index of its input among the chain's. */
  readonly input: number;
}

/** Opens every model of a chain. Throws as `openInference` does, and MODEL_INVALID for a role a model cannot have. */
export async function openChain(members: readonly ChainMember[], options: ChainOptions): Promise<Chain> {
  for (const member of members) assertFits(member);
  const inputs = [...new Map(members.map(({ model }) => [keyOf(model), model.manifest.input])).entries()];
  await using opening = new AsyncDisposableStack();
  const links: Link[] = [];
  for (const member of members) {
    const inference = opening.use(await openInference(member.model, options));
    links.push({ ...member, inference, input: inputs.findIndex(([key]) => key === keyOf(member.model)) });
  }
  const opened = opening.move();
  const detectors = links.filter(({ role }) => role === 'detector');
  return {
    models: links.map(({ inference }) => inference.model),
    inputs: inputs.map(([, input]) => input),
    executionProvider: () => leastOf(links.map(({ inference }) => inference.executionProvider())),
    isDegraded: () => links.some(({ inference }) => inference.isDegraded()),
    providerStatus: () => worstOf(links.map(({ inference }) => inference.providerStatus())),
    pid: () => detectors[0]?.inference.pid() ?? null,
    detect: (tensors, picture, suspected) =>
      passThrough({
        links,
        detect: (link, minConfidence) => {
          const tensor = tensors[link.input];
          if (!tensor) throw new Error(`No tensor for model ${link.inference.model.name}.`);
          return link.inference.detect(tensor, picture, minConfidence);
        },
        suspected,
        fusionIou: options.fusionIou,
      }),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

function assertFits({ model: { manifest }, role }: ChainMember): void {
  const drawsOutlines = manifest.task.endsWith('segmentation');
  if (role === 'segmenter' && !drawsOutlines) {
    throw new BonewatchError(
      'MODEL_INVALID',
      `Model ${manifest.name} draws no outlines, so it cannot be a segmenter.`,
    );
  }
}

function keyOf({ manifest }: InstalledModel): string {
  // The name of the input does not change the tensor.
  return JSON.stringify({ ...manifest.input, name: '' });
}

interface Opinion {
  readonly link: Link;
  readonly detected: Detected;
}

interface Pass {
  readonly links: readonly Link[];
  readonly detect: (link: Link, minConfidence: number) => Promise<Detected>;
  readonly suspected: number;
  readonly fusionIou: number;
}

/** Runs the chain on one picture: gates, then detectors, then segmenters for the findings. */
async function passThrough(pass: Pass): Promise<ChainDetected> {
  const gates = await detectAll(pass, 'gate', 1);
  if (gates.some(({ link, detected }) => detected.score < openFrom(link))) return joined(gates, [], 0);
  const detectors = await detectAll(pass, 'detector', detectorFloor(pass));
  const opinions = [...gates, ...detectors];
  const [only] = detectors;
  if (pass.links.length === 1 && only) return joined(opinions, only.detected.findings, only.detected.score);
  const fused = fuse(detectors, pass.fusionIou);
  const score =
    detectors.length === 1 && only
      ? only.detected.score
      : Math.max(0, ...fused.map(({ confidence }) => confidence));
  const findings = fused.filter(({ confidence }) => confidence >= pass.suspected);
  if (findings.length === 0) return joined(opinions, findings, score);
  const segmenters = await detectAll(pass, 'segmenter', OUTLINE_FLOOR);
  const outlined = findings.map((finding) => withOutline(finding, outlinesOf(segmenters)));
  return joined([...opinions, ...segmenters], outlined, score);
}

function detectAll(
  { links, detect }: Pass,
  role: Link['role'],
  minConfidence: number,
): Promise<readonly Opinion[]> {
  const members = links.filter((link) => link.role === role);
  return Promise.all(members.map(async (link) => ({ link, detected: await detect(link, minConfidence) })));
}

function detectorFloor({ links, suspected }: Pass): number {
  const isAlone = links.filter(({ role }) => role === 'detector').length === 1;
  return isAlone ? suspected : Math.min(FUSION_FLOOR, suspected);
}

function openFrom({ threshold, model }: Link): number {
  return threshold ?? model.manifest.thresholds.suspected;
}

function fuse(opinions: readonly Opinion[], fusionIou: number): Finding[] {
  const named = opinions.map(({ link, detected }) => ({
    model: link.inference.model.name,
    weight: link.weight,
    findings: detected.findings,
  }));
  const [only] = named;
  if (named.length === 1 && only)
    return only.findings.map((finding) => ({ ...finding, models: [only.model] }));
  return fuseFindings(named, fusionIou);
}

interface Outline {
  readonly finding: Finding;
  readonly model: string;
}

function outlinesOf(segmenters: readonly Opinion[]): readonly Outline[] {
  return segmenters.flatMap(({ link, detected }) =>
    detected.findings.map((finding) => ({ finding, model: link.inference.model.name })),
  );
}

function withOutline(finding: Finding, outlines: readonly Outline[]): Finding {
  const [nearest] = outlines
    .map((outline) => ({ ...outline, overlap: iou(outline.finding.box, finding.box) }))
    .filter(({ overlap }) => overlap >= OUTLINE_IOU)
    .toSorted((a, b) => b.overlap - a.overlap);
  if (!nearest) return finding;
  return {
    ...finding,
    polygon: nearest.finding.polygon,
    models: [...new Set([...(finding.models ?? []), nearest.model])],
  };
}

function joined(opinions: readonly Opinion[], findings: readonly Finding[], score: number): ChainDetected {
  const sum = (time: 'inference' | 'postprocess'): number =>
    opinions.reduce((total, { detected }) => total + detected.timingsMs[time], 0);
  return {
    score,
    findings,
    models: opinions.map(({ link }) => link.inference.model),
    executionProvider: leastOf(opinions.map(({ detected }) => detected.executionProvider)) ?? 'cpu',
    degraded: opinions.some(({ detected }) => detected.degraded),
    timingsMs: { inference: sum('inference'), postprocess: sum('postprocess') },
  };
}

function leastOf(providers: readonly (ExecutionProvider | null)[]): ExecutionProvider | null {
  if (providers.includes(null)) return null;
  return PROVIDERS.find((provider) => providers.includes(provider)) ?? null;
}

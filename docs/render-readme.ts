import type { Manifest } from '../src/inference/models/manifest.ts';
import { table } from './markdown.ts';
import { renderFamilies, type ShippedModel } from './render-families.ts';

/** The part of `npm run bench`'s report that the pages quote. */
export interface BenchReport {
  readonly measured: string;
  readonly cpu: string;
  readonly node: string;
  readonly executionProvider: string;
  readonly oneAtATime: {
    readonly images: number;
    readonly picture: string;
    readonly inferenceMs: Percentiles;
    readonly lastByteToMessageMs: Percentiles;
    readonly allButTheModelMs: Percentiles;
  };
  readonly stream: {
    readonly images: number;
    readonly picture: string;
    readonly residentMegabytes: { readonly daemonPeak: number; readonly togetherPeak: number };
  };
  readonly eventLoopDelayMs: { readonly p99: number };
  /** The time of every shipped model, one image at a time. */
  readonly models: readonly { readonly name: string; readonly inferenceMs: Percentiles }[];
}

interface Percentiles {
  readonly p50: number;
  readonly p95: number;
}

interface Measured {
  readonly value: number;
  readonly ci95: readonly [number, number];
}

/** The README with its measured parts replaced by the figures of the manifest and the bench report. */
export function renderReadme(
  readme: string,
  parts: { readonly manifest: Manifest; readonly bench: BenchReport },
): string {
  const withAccuracy = replacePart(readme, 'accuracy', renderAccuracy(parts.manifest));
  return replacePart(withAccuracy, 'speed', renderSpeed(parts.bench));
}

/** The page of the shipped models with its table replaced by the figures of their manifests and the bench report. */
export function renderModels(
  page: string,
  parts: { readonly models: readonly ShippedModel[]; readonly bench: BenchReport },
): string {
  return replacePart(page, 'families', renderFamilies(parts.models, parts.bench.models));
}

/** The accuracy of the default model, with the set, the split and the intervals. */
function renderAccuracy({ name, version, training }: Manifest): string {
  const { metrics, split } = training;
  const sensitivity: Measured = metrics.sensitivityAtSpecificity90;
  const rows = [
    ['image AUC', ...figure(metrics.auc)],
    ...(metrics.ap50 ? [['AP50 of the boxes', ...figure(metrics.ap50)]] : []),
    ['sensitivity at specificity 0.90', ...figure(sensitivity)],
  ];
  return [
    `\`${name}\` ${version}: ${metrics.images} validation images, ${metrics.positives} with a fracture.\n`,
    table(['figure', 'value', '95 % interval'], rows),
    `Set and split: ${training.dataset}; ${split}`,
  ].join('\n');
}

function figure({ value, ci95: [low, high] }: Measured): readonly [string, string] {
  return [value.toFixed(3), `${low.toFixed(3)} – ${high.toFixed(3)}`];
}

function renderSpeed({ oneAtATime, stream, eventLoopDelayMs, ...about }: BenchReport): string {
  const rows = [
    ['the model itself', ms(oneAtATime.inferenceMs.p50), ms(oneAtATime.inferenceMs.p95)],
    [
      'last byte written → result at a subscriber of the broker',
      ms(oneAtATime.lastByteToMessageMs.p50),
      ms(oneAtATime.lastByteToMessageMs.p95),
    ],
    [
      'of that, everything but the model',
      ms(oneAtATime.allButTheModelMs.p50),
      ms(oneAtATime.allButTheModelMs.p95),
    ],
  ];
  return [
    table(['', 'p50', 'p95'], rows),
    `${oneAtATime.images} images one at a time (${oneAtATime.picture}). Main thread's event-loop delay, p99:`,
    `${eventLoopDelayMs.p99} ms. Resident memory, peak over ${stream.images} images of ${stream.picture}: daemon`,
    `${stream.residentMegabytes.daemonPeak} MB, with its inference process ${stream.residentMegabytes.togetherPeak} MB.`,
    `Measured ${about.measured} by \`npm run bench\` on ${about.cpu}, Node ${about.node}, provider`,
    `${about.executionProvider}. Not yet measured on a Jetson.`,
  ].join('\n');
}

function ms(value: number): string {
  return `${Math.round(value)} ms`;
}

function replacePart(text: string, name: string, content: string): string {
  const [start, end] = [`<!-- ${name}: npm run docs -->`, `<!-- /${name} -->`];
  const from = text.indexOf(start);
  const to = text.indexOf(end);
  if (from < 0 || to < from) throw new Error(`The page has no part ${name}.`);
  return `${text.slice(0, from + start.length)}\n\n${content.trim()}\n\n${text.slice(to)}`;
}

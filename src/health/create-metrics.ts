import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import { addBoardGauges, type MeasuredBoard } from './board/add-board-gauges.ts';
import { addReading } from './add-reading.ts';
import { watchEventLoop } from './watch-event-loop.ts';

/** Readings taken at each scrape, so that the numbers are current. Each may be missing. */
export interface MetricReadings {
  readonly outboxPending?: () => number;
  /** Open alerts per ward; a ward that is named with 0 is shown with 0. */
  readonly alertsOpen?: () => ReadonlyMap<string, number>;
  readonly storeFreeBytes?: () => Promise<number>;
  readonly board?: () => Promise<MeasuredBoard>;
}

interface MetricDescription {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly labels: readonly string[];
}

export interface Metrics extends Disposable {
  readonly contentType: string;
  /** Counts one image with a result, by the status of the result. */
  countImage(status: 'analysed' | 'not-analysed' | 'failed'): void;
  observeStage(stage: string, seconds: number): void;
  /** From the last byte of a scan written to the broker's acknowledgement. */
  observeScanToPublished(seconds: number): void;
  /** Sets the execution provider that serves now; replaces the previous one. */
  setExecutionProvider(provider: string, options: { readonly degraded: boolean }): void;
  /** The metrics in Prometheus text format. A reading that fails leaves out its own metric only. */
  render(): Promise<string>;
  describe(): readonly MetricDescription[];
}

const STAGE_BUCKETS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const PUBLISHED_BUCKETS = [0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, 5, 10, 30, 60, 300];

/** The daemon's metrics in a registry of their own, names as in docs/metrics.md. No label holds patient data. */
export function createMetrics(version: string, readings: MetricReadings = {}): Metrics {
  const registry = new Registry();
  const eventLoop = watchEventLoop();
  collectDefaultMetrics({ register: registry });

  const images = addImageCounter(registry);
  const stages = addStageTimes(registry);
  const published = addPublishTimes(registry);
  const provider = addExecutionProvider(registry);
  addBuildInfo(registry, version);
  addReadings(registry, readings);
  addEventLoopDelay(registry, eventLoop);

  return {
    contentType: registry.contentType,
    countImage: (status) => images.inc({ status }),
    observeStage: (stage, seconds) => stages.observe({ stage }, seconds),
    observeScanToPublished: (seconds) => published.observe(seconds),
    setExecutionProvider(name, { degraded }) {
      provider.reset();
      provider.set({ provider: name, degraded: String(degraded) }, 1);
    },
    render: () => registry.metrics(),
    describe: () => registry.getMetricsAsArray().map(describeMetric).toSorted(byName),
    [Symbol.dispose]() {
      eventLoop[Symbol.dispose]();
      registry.clear();
    },
  };
}

function addImageCounter(registry: Registry): Counter<'status'> {
  const images = new Counter({
    name: 'bonewatch_images_total',
    help: 'Images with a result, by status: analysed, not-analysed, failed.',
    labelNames: ['status'],
    registers: [registry],
  });
  for (const status of ['analysed', 'not-analysed', 'failed']) images.inc({ status }, 0);
  return images;
}

function addStageTimes(registry: Registry): Histogram<'stage'> {
  return new Histogram({
    name: 'bonewatch_stage_seconds',
    help: 'Time one image spent in one stage.',
    labelNames: ['stage'],
    buckets: STAGE_BUCKETS,
    registers: [registry],
  });
}

function addPublishTimes(registry: Registry): Histogram {
  return new Histogram({
    name: 'bonewatch_scan_to_published_seconds',
    help: "Time from the last byte of a scan written to the broker's acknowledgement of its result.",
    buckets: PUBLISHED_BUCKETS,
    registers: [registry],
  });
}

function addExecutionProvider(registry: Registry): Gauge<'provider' | 'degraded'> {
  return new Gauge({
    name: 'bonewatch_execution_provider_info',
    help: 'Always 1; the labels name the execution provider that serves and whether it is a fallback.',
    labelNames: ['provider', 'degraded'],
    registers: [registry],
  });
}

function addBuildInfo(registry: Registry, version: string): void {
  new Gauge({
    name: 'bonewatch_build_info',
    help: 'Always 1; the labels name the version of Bonewatch and of Node.',
    labelNames: ['version', 'node'],
    registers: [registry],
  }).set({ version, node: process.version }, 1);
}

function addEventLoopDelay(registry: Registry, eventLoop: ReturnType<typeof watchEventLoop>): void {
  new Gauge({
    name: 'bonewatch_event_loop_delay_seconds',
    help: 'Delay of the event loop of the main thread since the last scrape, by quantile (1: the maximum).',
    labelNames: ['quantile'],
    registers: [registry],
    collect() {
      const { p50, p99, max } = eventLoop.take();
      this.set({ quantile: '0.5' }, p50);
      this.set({ quantile: '0.99' }, p99);
      this.set({ quantile: '1' }, max);
    },
  });
}

function addReadings(registry: Registry, readings: MetricReadings): void {
  addReading(registry, {
    name: 'bonewatch_outbox_pending',
    help: 'Messages that the broker has not yet acknowledged.',
    read: (gauge) => {
      if (readings.outboxPending) gauge.set(readings.outboxPending());
    },
  });
  addReading(registry, {
    name: 'bonewatch_alerts_open',
    help: 'Unacknowledged alerts, by ward.',
    labelNames: ['ward'],
    read: (gauge) => {
      for (const [ward, count] of readings.alertsOpen?.() ?? []) gauge.set({ ward }, count);
    },
  });
  addReading(registry, {
    name: 'bonewatch_store_free_bytes',
    help: 'Free space of the filesystem that holds the store.',
    read: async (gauge) => {
      if (readings.storeFreeBytes) gauge.set(await readings.storeFreeBytes());
    },
  });
  addBoardGauges(registry, readings.board);
}

function describeMetric(metric: object & { name: string; help: string; type: unknown }): MetricDescription {
  const labels =
    'labelNames' in metric && Array.isArray(metric.labelNames) ? metric.labelNames.map(String) : [];
  return { name: metric.name, type: String(metric.type), help: metric.help, labels };
}

function byName(a: { name: string }, b: { name: string }): number {
  return a.name < b.name ? -1 : 1;
}

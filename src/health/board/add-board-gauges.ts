import type { Registry } from 'prom-client';
import { addReading } from '../add-reading.ts';
import type { BoardReading } from './read-board.ts';

/** The measured values of a board. */
export type MeasuredBoard = Pick<
  BoardReading,
  'gpuLoad' | 'temperaturesCelsius' | 'powerWatts' | 'powerMode' | 'clocks' | 'cooling' | 'memory'
>;

type Sample = readonly [labels: Readonly<Record<string, string>>, value: number | null];

interface BoardGauge {
  readonly name: string;
  readonly help: string;
  readonly labelNames?: string[];
  readonly samples: (board: MeasuredBoard) => readonly Sample[];
}

const GAUGES: readonly BoardGauge[] = [
  {
    name: 'bonewatch_gpu_load_ratio',
    help: "Load of the Jetson's GPU, 0 to 1.",
    samples: ({ gpuLoad }) => [[{}, gpuLoad]],
  },
  {
    name: 'bonewatch_temperature_celsius',
    help: 'Temperature of a thermal zone of the board.',
    labelNames: ['zone'],
    samples: ({ temperaturesCelsius }) => labelled('zone', temperaturesCelsius),
  },
  {
    name: 'bonewatch_power_watts',
    help: 'Power drawn on a rail of the board.',
    labelNames: ['rail'],
    samples: ({ powerWatts }) => labelled('rail', powerWatts.rails),
  },
  {
    name: 'bonewatch_power_mode_info',
    help: 'Always 1; the labels name the power mode of the board by number and name.',
    labelNames: ['number', 'name'],
    samples: ({ powerMode: { current } }) =>
      current === null ? [] : [[{ number: String(current.number), name: current.name ?? '' }, 1]],
  },
  {
    name: 'bonewatch_clock_hertz',
    help: 'Present clock of a processor of the board: of the fastest core, of the GPU.',
    labelNames: ['processor'],
    samples: ({ clocks: { cpu, gpu } }) =>
      labelled('processor', { cpu: cpu?.currentHertz ?? null, gpu: gpu?.currentHertz ?? null }),
  },
  {
    name: 'bonewatch_clock_limit_hertz',
    help: 'Clock that the power mode lets a processor of the board reach.',
    labelNames: ['processor'],
    samples: ({ clocks: { cpu, gpu } }) =>
      labelled('processor', { cpu: cpu?.maxHertz ?? null, gpu: gpu?.maxHertz ?? null }),
  },
  {
    name: 'bonewatch_slowed_by',
    help: 'Always 1; the label names a cooling device that throttles the board right now. Absent: none does.',
    labelNames: ['device'],
    samples: ({ cooling: { slowedBy } }) => slowedBy.map((device) => [{ device }, 1]),
  },
  {
    name: 'bonewatch_over_current_events',
    help: 'How often current or voltage was out of bounds since the start of the board.',
    samples: ({ cooling: { overCurrentEvents } }) => [[{}, overCurrentEvents]],
  },
  {
    name: 'bonewatch_memory_available_bytes',
    help: 'Memory of the machine that is free or can be freed.',
    samples: ({ memory: { availableBytes } }) => [[{}, availableBytes]],
  },
  {
    name: 'bonewatch_memory_pressure_ratio',
    help: 'Share of the last 10 s in which something waited for memory, 0 to 1.',
    samples: ({ memory: { pressure } }) => [[{}, pressure]],
  },
];

/** Adds the gauges of the machine itself, all from one reading; values that it does not provide are left out. */
export function addBoardGauges(registry: Registry, read: (() => Promise<MeasuredBoard>) | undefined): void {
  const board = read === undefined ? undefined : shareReading(read);
  for (const { samples, ...gauge } of GAUGES) {
    addReading(registry, {
      ...gauge,
      async read(target) {
        const reading = await board?.();
        if (reading === undefined) return;
        for (const [labels, value] of samples(reading)) if (value !== null) target.set(labels, value);
      },
    });
  }
}

function labelled(label: string, values: Readonly<Record<string, number | null>>): readonly Sample[] {
  return Object.entries(values).map(([name, value]) => [{ [label]: name }, value]);
}

/** Shares one call among concurrent callers: all gauges of the board come from one reading. */
function shareReading<T>(read: () => Promise<T>): () => Promise<T> {
  let underWay: Promise<T> | null = null;
  return () => {
    underWay ??= read().finally(() => {
      underWay = null;
    });
    return underWay;
  };
}

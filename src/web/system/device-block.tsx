import type { JSX } from 'preact';
import type { SystemState } from '../../contract/api/system.ts';
import type { PageView } from '../shared/page/run-page.tsx';
import { Block } from './block.tsx';
import type { SystemWords } from '../i18n/system/en.ts';

interface DeviceBlockProps {
  readonly view: PageView;
  readonly state: SystemState;
  readonly own: SystemWords;
}

const GIBIBYTE = 1024 ** 3;
const DAY_MS = 86_400_000;

/** Temperature, power, memory and disk of the device; a value that the device does not report is shown as unknown. */
export function DeviceBlock({ state, own }: DeviceBlockProps): JSX.Element {
  const { board, record, device, analysis, version } = state;
  const used = usedShare(board.memoryFreeBytes, board.memoryTotalBytes);
  const full = usedShare(record.freeBytes, record.totalBytes);
  return (
    <Block title={own.device} detail={<small>{own.up(span(device.upMs, own))}</small>}>
      <dl>
        <Temperatures board={board} own={own} />
        {board.watts !== null && (
          <Line name={own.power} value={`${board.watts.toFixed(1)} W`}>
            <Spark values={board.history.map(({ watts }) => watts)} min={0} max={25} />
          </Line>
        )}
        {board.powerMode !== null && <Line name={own.powerMode} value={board.powerMode} />}
        {board.gpuLoad !== null && <Line name={own.gpu} value={`${Math.round(board.gpuLoad * 100)} %`} />}
        <Line name={own.memory} value={memoryText(board)}>
          {used !== null && <Bar share={used} />}
        </Line>
        <Line
          name={own.disk}
          value={record.freeBytes === null ? own.unknown : own.free(gigabytes(record.freeBytes))}
        >
          {full !== null && <Bar share={full} />}
        </Line>
        <Line name={own.model} value={analysis.model ?? own.notLoaded} />
        <Line name="Bonewatch" value={version} />
      </dl>
    </Block>
  );
}

interface BoardProps {
  readonly board: SystemState['board'];
  readonly own: SystemWords;
}

/** The hottest zone with its last hour, the others in one line. */
function Temperatures({ board, own }: BoardProps): JSX.Element {
  const [hottest, ...others] = hottestFirst(board.temperatures);
  if (hottest === undefined) return <Line name={own.temperature} value={own.unknown} />;
  return (
    <>
      <Line name={`${own.temperature} ${hottest.zone}`} value={`${hottest.celsius.toFixed(0)} °C`}>
        <Spark values={board.history.map(({ celsius }) => celsius)} min={30} max={90} />
      </Line>
      {others.length > 0 && (
        <div class="long">
          <dt>{own.temperature}</dt>
          <dd>{others.map(({ zone, celsius }) => `${zone} ${celsius.toFixed(0)}`).join('\u00a0· ')} °C</dd>
        </div>
      )}
    </>
  );
}

interface Zone {
  readonly zone: string;
  readonly celsius: number;
}

/** The zones with a reading. */
function hottestFirst(temperatures: SystemState['board']['temperatures']): readonly Zone[] {
  return Object.entries(temperatures)
    .flatMap(([zone, celsius]) => (celsius === null ? [] : [{ zone, celsius }]))
    .toSorted((a, b) => b.celsius - a.celsius);
}

interface LineProps {
  readonly name: string;
  readonly value: string;
  readonly children?: JSX.Element | false | null;
}

function Line({ name, value, children = null }: LineProps): JSX.Element {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
      <dd>{value}</dd>
    </div>
  );
}

function Bar({ share }: { readonly share: number }): JSX.Element {
  return (
    <span class="bar">
      <b style={{ width: `${Math.round(share * 100)}%` }} />
    </span>
  );
}

/** The last hour as a line; the dotted one above is the limit. */
function Spark({
  values,
  min,
  max,
}: {
  readonly values: readonly (number | null)[];
  readonly min: number;
  readonly max: number;
}): JSX.Element | null {
  const known = values.flatMap((value, index) => (value === null ? [] : { index, value }));
  if (known.length < 2) return null;
  const y = (value: number): number => 22 - ((value - min) / (max - min)) * 20;
  const points = known.map(
    ({ index, value }) => `${(index / Math.max(1, values.length - 1)) * 120} ${y(value).toFixed(1)}`,
  );
  return (
    <svg viewBox="0 0 120 24" preserveAspectRatio="none" aria-hidden="true">
      <path
        d={`M0 ${y(max)}H120`}
        stroke="var(--edge)"
        stroke-dasharray="2 3"
        vector-effect="non-scaling-stroke"
      />
      <path
        d={`M${points.join('L')}`}
        fill="none"
        stroke="var(--ink-2)"
        stroke-width="1.5"
        vector-effect="non-scaling-stroke"
      />
    </svg>
  );
}

function usedShare(free: number | null, total: number | null): number | null {
  return free === null || total === null || total === 0 ? null : 1 - free / total;
}

function memoryText({ memoryFreeBytes: free, memoryTotalBytes: total }: SystemState['board']): string {
  if (free === null || total === null) return '';
  return `${((total - free) / GIBIBYTE).toFixed(1)} / ${gigabytes(total)}`;
}

function gigabytes(bytes: number): string {
  return `${(bytes / GIBIBYTE).toFixed(bytes < 10 * GIBIBYTE ? 1 : 0)} GB`;
}

function span(ms: number, own: SystemWords): string {
  if (ms >= DAY_MS) return own.days(Math.floor(ms / DAY_MS));
  if (ms >= DAY_MS / 24) return own.hours(Math.floor((ms / DAY_MS) * 24));
  return own.minutes(Math.floor(ms / 60_000));
}

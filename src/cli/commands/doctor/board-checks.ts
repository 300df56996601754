import { setTimeout as pause } from 'node:timers/promises';
import type { Config } from '../../../config/schema.ts';
import type { Check, CheckOutcome } from '../../../health/check.ts';
import { createStressEvaluator } from '../../../health/board/evaluate-stress.ts';
import { parsePowerModeQuery } from '../../../health/board/parse-power-modes.ts';
import { readBoard } from '../../../health/board/read-board.ts';
import type { Clock } from '../../../health/board/read-clocks.ts';
import { readPowerMode, type PowerModeReading } from '../../../health/board/read-power-mode.ts';
import { readStress } from '../../../health/board/read-stress.ts';
import { runProgram, type RunProgram } from './run-program.ts';

export interface BoardCheckOptions {
  readonly limits: Config['health']['board'];
  /** Where the board's sysfs and files are. */
  readonly root?: string;
  readonly ask?: RunProgram;
  /** Waits for events of too much current. */
  readonly listen?: () => Promise<unknown>;
}

const LISTEN_MS = 2000;

/** Checks the state of a Jetson: power mode, clocks, heat and current. No checks on other machines. Read-only. */
export async function boardChecks(options: BoardCheckOptions): Promise<Check[]> {
  const { root = '/', ask = runProgram, listen = () => pause(LISTEN_MS), limits } = options;
  const { l4tRelease } = await readBoard(root);
  const stress: Check = { name: 'heat and power', run: () => checkStress(root, limits, listen) };
  if (l4tRelease === null) return [stress];
  return [
    { name: 'power mode', run: async () => evaluatePowerMode(await modeOf(root, ask)) },
    { name: 'clocks', run: () => checkClocks(root, ask) },
    stress,
  ];
}

/** From the files; from the program if they do not contain it. */
async function modeOf(root: string, ask: RunProgram): Promise<PowerModeReading> {
  const { current, strongest } = await readPowerMode(root);
  return { current: current ?? parsePowerModeQuery((await ask('nvpmodel', '-q')) ?? ''), strongest };
}

function evaluatePowerMode({ current, strongest }: PowerModeReading): CheckOutcome {
  if (current === null)
    return { state: 'degraded', message: 'Cannot be read. As root: nvpmodel -q shows it, once it was set.' };
  const name = current.name ?? 'without a name';
  const mode = `${name} (${current.number})`;
  if (strongest === null)
    return { state: 'ok', message: `${mode}. The strongest mode of this board is unknown.` };
  if (current.number === strongest.number)
    return { state: 'ok', message: `${mode}, the strongest of this board.` };
  const message = `${mode}; the strongest is ${strongest.name ?? ''}. If supply and cooling allow: sudo nvpmodel -m ${strongest.number} (it may ask for a restart)`;
  return { state: 'degraded', message };
}

async function checkClocks(root: string, ask: RunProgram): Promise<CheckOutcome> {
  const [{ clocks }, mode] = await Promise.all([readBoard(root), modeOf(root, ask)]);
  const known = Object.entries(clocks).flatMap(([name, clock]: [string, Clock | null]) =>
    clock === null ? [] : [{ name: name.toUpperCase(), ...clock }],
  );
  if (known.length === 0) return { state: 'ok', message: 'This board does not report its clocks.' };
  const readings = known.map(
    ({ name, currentHertz, maxHertz, possibleHertz }) =>
      `${name} ${mega(currentHertz)} of at most ${mega(maxHertz)} MHz (could ${mega(possibleHertz)})`,
  );
  const capped = known.filter(({ maxHertz, possibleHertz }) => (maxHertz ?? Infinity) < (possibleHertz ?? 0));
  const isStrongest = mode.current !== null && mode.current.number === mode.strongest?.number;
  if (capped.length > 0 && isStrongest) {
    const message = `${readings.join(', ')}: held below what the power mode allows. Set the mode again, or restart the board.`;
    return { state: 'degraded', message };
  }
  const isPinned = known.every(({ minHertz, maxHertz }) => minHertz !== null && minHertz === maxHertz);
  const how = isPinned
    ? 'pinned (jetson_clocks)'
    : 'they follow the load, so the first image after a pause takes a little longer; sudo jetson_clocks pins them until the next start';
  return { state: 'ok', message: `${readings.join(', ')}; ${how}.` };
}

function mega(hertz: number | null): string {
  return hertz === null ? '?' : String(Math.round(hertz / 1e6));
}

async function checkStress(
  root: string,
  limits: Config['health']['board'],
  listen: () => Promise<unknown>,
): Promise<CheckOutcome> {
  // One reading is enough: doctor raises no alarm, and its user can repeat it.
  const evaluate = createStressEvaluator({ ...limits, holdSeconds: 0 });
  evaluate(await readStress(root), 0);
  await listen();
  const reading = await readStress(root);
  const {
    BOARD_HOT: hot,
    BOARD_SLOWED: slowed,
    BOARD_OVER_CURRENT: current,
    MEMORY_LOW: memory,
  } = evaluate(reading, LISTEN_MS);
  const faults = [
    ...(hot === null ? [] : [`Zone ${hot} is nearly so hot that clocks are lowered. Clean fan and vents.`]),
    ...(slowed === null
      ? []
      : [`Slowed down by heat right now: ${slowed}. Clean fan and vents, give it air.`]),
    ...(current === null
      ? []
      : [`Too much current right now (${current}). Use the board's own supply, or a mode with fewer watts.`]),
    ...(memory === null ? [] : ['Memory is short. Stop other programs, the desktop among them.']),
  ];
  if (faults.length > 0) return { state: 'degraded', message: faults.join(' ') };
  const known = reading.zones.flatMap(({ celsius }) => celsius ?? []);
  const hottest =
    known.length === 0 ? 'no zone reports its temperature' : `${Math.max(...known).toFixed(0)} °C`;
  const events = reading.cooling.overCurrentEvents;
  const counted =
    events === null || events === 0
      ? ''
      : ` Current or voltage was out of bounds ${events} times since the board was started: if the number grows, check the power supply.`;
  return { state: 'ok', message: `Not slowed down, ${hottest}.${counted}` };
}

import { describe, expect, it } from 'vitest';
import { boardChecks } from '../../../../src/cli/commands/doctor/board-checks.ts';
import { machineChecks } from '../../../../src/cli/commands/doctor/machine-checks.ts';
import { healthSchema } from '../../../../src/config/health-schema.ts';
import type { CheckOutcome } from '../../../../src/health/check.ts';
import {
  overwriteTree,
  ORIN_JETPACK_6,
  ORIN_JETPACK_7,
  writeTree,
  THOR,
  type BoardTree,
} from '../../../support/board-trees.ts';

const MAXN_SUPER: BoardTree = { ...ORIN_JETPACK_6, 'var/lib/nvpmodel/status': 'pmode:0002' };
const { board: limits } = healthSchema.parse({});

interface Circumstances {
  /** The output of nvpmodel. */
  readonly output?: string;
  /** Files that the drivers write while doctor waits for events. */
  readonly meanwhile?: BoardTree;
}

async function check(
  name: string,
  tree: BoardTree,
  { output, meanwhile = {} }: Circumstances = {},
): Promise<CheckOutcome | undefined> {
  const root = writeTree(tree);
  const listen = (): Promise<void> => {
    overwriteTree(root, meanwhile);
    return Promise.resolve();
  };
  const checks = await boardChecks({ limits, root, listen, ask: () => Promise.resolve(output ?? null) });
  return [...machineChecks(root), ...checks].find((check) => check.name === name)?.run();
}

describe('doctor on the board', () => {
  it.each([
    [ORIN_JETPACK_6, 'JetPack 6.2 (L4T 36.4.3)', 'ok'],
    [ORIN_JETPACK_7, 'JetPack 7.2 (L4T 39.2.0)', 'ok'],
    [THOR, 'JetPack 7.1 (L4T 38.4.0)', 'ok'],
    [{ 'etc/nv_tegra_release': '# R35 (release), REVISION: 6.0,' }, 'JetPack 5 (L4T 35.6.0)', 'degraded'],
    [
      { 'etc/nv_tegra_release': '# R41 (release), REVISION: 1.0,' },
      'JetPack unknown (L4T 41.1.0)',
      'degraded',
    ],
  ] as const)('is its JetPack, and whether that is one we know: %#', async (tree, jetpack, state) => {
    const outcome = await check('machine', tree);

    expect(outcome?.state).toBe(state);
    expect(outcome?.message).toContain(jetpack);
  });

  it('doctor checks no power mode and no clocks on an ordinary machine', async () => {
    expect(await check('power mode', {})).toBeUndefined();
    expect(await check('clocks', {})).toBeUndefined();
    expect(await check('heat and power', {})).toEqual({
      state: 'ok',
      message: 'Not slowed down, no zone reports its temperature.',
    });
  });
});

describe('doctor on the power mode', () => {
  it('doctor names the stronger power mode and how to set it', async () => {
    expect(await check('power mode', ORIN_JETPACK_6)).toEqual({
      state: 'degraded',
      message:
        '25W (1); the strongest is MAXN_SUPER. If supply and cooling allow: sudo nvpmodel -m 2 (it may ask for a restart)',
    });
  });

  it('doctor reports that the power mode is the strongest', async () => {
    expect(await check('power mode', MAXN_SUPER)).toMatchObject({ state: 'ok' });
    expect(await check('power mode', THOR)).toMatchObject({
      state: 'ok',
      message: 'MAXN (0), the strongest of this board.',
    });
  });

  it('doctor uses the output of nvpmodel if its files are missing, and reports an unknown mode if that is missing too', async () => {
    const silent = { ...ORIN_JETPACK_6, 'var/lib/nvpmodel/status': '' };

    expect((await check('power mode', silent, { output: 'NV Power Mode: 15W\n0' }))?.message).toMatch(
      /^15W \(0\)/,
    );
    expect(await check('power mode', silent)).toMatchObject({ state: 'degraded' });
  });
});

describe('doctor on the clocks', () => {
  it('doctor reports clocks that follow the load, which is not a fault', async () => {
    const outcome = await check('clocks', ORIN_JETPACK_6);

    expect(outcome?.state).toBe('ok');
    expect(outcome?.message).toContain('GPU 306 of at most 918 MHz (could 1020); they follow the load');
  });

  it('doctor reports clocks pinned by jetson_clocks', async () => {
    expect(await check('clocks', THOR)).toMatchObject({
      state: 'ok',
      message: 'GPU 1575 of at most 1575 MHz (could 1575); pinned (jetson_clocks).',
    });
  });

  it('doctor reports clocks limited below the maximum of the strongest mode', async () => {
    const outcome = await check('clocks', MAXN_SUPER);

    expect(outcome?.state).toBe('degraded');
    expect(outcome?.message).toContain('held below what the power mode allows');
  });
});

describe('doctor on heat and power', () => {
  it('doctor reports heat and power as ok, with the over-current events since boot', async () => {
    expect(await check('heat and power', ORIN_JETPACK_6)).toEqual({
      state: 'ok',
      message:
        'Not slowed down, 49 °C. Current or voltage was out of bounds 52 times since the board was started: if the number grows, check the power supply.',
    });
  });

  it('doctor reports a board that is hot, throttled and short of memory', async () => {
    const outcome = await check('heat and power', {
      ...ORIN_JETPACK_6,
      'sys/class/thermal/thermal_zone8/temp': '99500',
      'sys/class/thermal/cooling_device2/cur_state': '4',
      'proc/meminfo': 'MemTotal: 7802264 kB\nMemAvailable: 99000 kB\n',
    });

    expect(outcome?.state).toBe('degraded');
    expect(outcome?.message).toMatch(/Zone tj is nearly so hot.*devfreq-17000000\.gpu.*Memory is short/);
  });

  it('doctor reports over-current that occurs during the check', async () => {
    const meanwhile = { 'sys/class/hwmon/hwmon3/oc3_event_cnt': '38\n' };

    const outcome = await check('heat and power', ORIN_JETPACK_6, { meanwhile });

    expect(outcome?.state).toBe('degraded');
    expect(outcome?.message).toContain('Too much current right now (supply)');
  });
});

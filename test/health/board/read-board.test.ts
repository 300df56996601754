import { describe, expect, it } from 'vitest';
import { readBoard } from '../../../src/health/board/read-board.ts';
import { ORIN_JETPACK_6, ORIN_JETPACK_7, writeTree, THOR } from '../../support/board-trees.ts';

describe('readBoard', () => {
  it('reads every value of an Orin with JetPack 6', async () => {
    const reading = await readBoard(writeTree(ORIN_JETPACK_6));

    expect(reading).toEqual({
      model: 'NVIDIA Jetson Orin Nano Developer Kit',
      l4tRelease: '36.4.3',
      gpuLoad: 0.437,
      temperaturesCelsius: { cpu: 48.25, gpu: 47.531, tj: 49 },
      powerWatts: { total: 7.56, rails: { VDD_IN: 7.56, VDD_CPU_GPU_CV: 2 } },
      powerMode: { current: { number: 1, name: '25W' }, strongest: { number: 2, name: 'MAXN_SUPER' } },
      clocks: {
        cpu: {
          currentHertz: 1_190_400_000,
          minHertz: 729_600_000,
          maxHertz: 1_344_000_000,
          possibleHertz: 1_728_000_000,
        },
        gpu: {
          currentHertz: 306_000_000,
          minHertz: 306_000_000,
          maxHertz: 918_000_000,
          possibleHertz: 1_020_000_000,
        },
      },
      cooling: { slowedBy: [], overCurrentEvents: 52, overCurrentRails: [] },
      memory: { totalBytes: 7_989_518_336, availableBytes: 4_107_489_280, pressure: 0.125 },
    });
  });

  it('finds the GPU by its alias where the usual node is missing, as on JetPack 7', async () => {
    const reading = await readBoard(writeTree(ORIN_JETPACK_7));

    expect([reading.l4tRelease, reading.gpuLoad]).toEqual(['39.2.0', 1]);
    expect(reading.clocks.gpu?.maxHertz).toBe(918_000_000);
  });

  it('the load of a Thor, which is not in sysfs, is null, and its clock is found', async () => {
    const reading = await readBoard(writeTree(THOR));

    expect(reading).toMatchObject({
      l4tRelease: '38.4.0',
      gpuLoad: null,
      powerWatts: { total: null, rails: {} },
      powerMode: { current: { number: 0, name: 'MAXN' }, strongest: { number: 0, name: 'MAXN' } },
      clocks: { cpu: null, gpu: { currentHertz: 1_575_000_000 } },
      cooling: { slowedBy: [], overCurrentEvents: 179 },
    });
  });

  it('a thermal zone that cannot be read, or is switched off, is null', async () => {
    const root = writeTree({
      'sys/class/thermal/thermal_zone0/type': 'cv0-thermal\n',
      'sys/class/thermal/thermal_zone1/type': 'gpu-thermal\n',
      'sys/class/thermal/thermal_zone1/temp': '-256000\n',
    });

    expect((await readBoard(root)).temperaturesCelsius).toEqual({ cv0: null, gpu: null });
  });

  it('every value is null on an ordinary machine', async () => {
    const reading = await readBoard(writeTree({}));

    expect(reading).toEqual({
      model: null,
      l4tRelease: null,
      gpuLoad: null,
      temperaturesCelsius: {},
      powerWatts: { total: null, rails: {} },
      powerMode: { current: null, strongest: null },
      clocks: { cpu: null, gpu: null },
      cooling: { slowedBy: [], overCurrentEvents: null, overCurrentRails: [] },
      memory: { totalBytes: null, availableBytes: null, pressure: null },
    });
  });
});

import { describe, expect, it } from 'vitest';
import { readCooling } from '../../../src/health/board/read-cooling.ts';
import { ORIN_JETPACK_6, writeTree } from '../../support/board-trees.ts';

describe('the throttling of a board', () => {
  it('is neither its fan nor the warning of a hot surface', async () => {
    expect((await readCooling(writeTree(ORIN_JETPACK_6))).slowedBy).toEqual([]);
  });

  it('is named, each limit that is in force', async () => {
    const root = writeTree({
      ...ORIN_JETPACK_6,
      'sys/class/thermal/cooling_device1/cur_state': '4\n',
      'sys/class/thermal/cooling_device3/cur_state': '1\n',
    });

    expect((await readCooling(root)).slowedBy).toEqual(['cpu-throttle-alert', 'cpufreq-cpu0']);
  });

  it('is a rail above its critical limit, by its label', async () => {
    const root = writeTree({ ...ORIN_JETPACK_6, 'sys/class/hwmon/hwmon1/curr1_crit_alarm': '1\n' });

    expect((await readCooling(root)).overCurrentRails).toEqual(['VDD_IN']);
  });
});

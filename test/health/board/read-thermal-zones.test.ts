import { describe, expect, it } from 'vitest';
import { readThermalZones } from '../../../src/health/board/read-thermal-zones.ts';
import { ORIN_JETPACK_6, writeTree, THOR } from '../../support/board-trees.ts';

const ZONE = 'sys/class/thermal/thermal_zone0';

describe('the limit of a thermal zone', () => {
  it('is the throttling temperature, not that of the hot-surface warning', async () => {
    const zones = await readThermalZones(writeTree(ORIN_JETPACK_6));

    expect(zones).toContainEqual({ name: 'tj', celsius: 49, slowsAtCelsius: 99 });
  });

  it('is the highest passive one if the zone does not name its cooling devices', async () => {
    const root = writeTree({
      [`${ZONE}/type`]: 'tj-thermal\n',
      [`${ZONE}/temp`]: '50000\n',
      [`${ZONE}/trip_point_0_type`]: 'passive\n',
      [`${ZONE}/trip_point_0_temp`]: '70000\n',
      [`${ZONE}/trip_point_1_type`]: 'passive\n',
      [`${ZONE}/trip_point_1_temp`]: '97000\n',
    });

    expect(await readThermalZones(root)).toEqual([{ name: 'tj', celsius: 50, slowsAtCelsius: 97 }]);
  });

  it('is unknown where the zone only drives the fan', async () => {
    expect(await readThermalZones(writeTree(THOR))).toEqual([
      { name: 'tj', celsius: 61, slowsAtCelsius: null },
    ]);
  });

  it('is not the 0 °C that the firmware of an ordinary machine states', async () => {
    const root = writeTree({
      [`${ZONE}/type`]: 'x86_pkg_temp\n',
      [`${ZONE}/temp`]: '41000\n',
      [`${ZONE}/trip_point_0_type`]: 'passive\n',
      [`${ZONE}/trip_point_0_temp`]: '0\n',
      [`${ZONE}/trip_point_1_type`]: 'passive\n',
      [`${ZONE}/trip_point_1_temp`]: '-274000\n',
    });

    expect(await readThermalZones(root)).toEqual([
      { name: 'x86_pkg_temp', celsius: 41, slowsAtCelsius: null },
    ]);
  });
});

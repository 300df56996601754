import { join } from 'node:path';
import { isThrottling } from './read-cooling.ts';
import { listSysfs, readSysfsNumber, readSysfsText } from './read-sysfs.ts';

export interface ThermalZone {
  /** Such as `cpu`, `gpu`, `tj`: the kernel's name without `-thermal`. */
  readonly name: string;
  /** Null while the zone cannot be read, which is normal while it sleeps. */
  readonly celsius: number | null;
  /** The temperature at which the kernel throttles; null if the zone does not state it. */
  readonly slowsAtCelsius: number | null;
}

interface Trip {
  readonly index: number;
  readonly celsius: number;
}

/** A limit outside this range is not a processor's: the firmware of ordinary machines states 0 or 16 °C. */
const PLAUSIBLE_LIMIT = { min: 60, max: 130 };

/** Reads every thermal zone with its own limit. */
export async function readThermalZones(root: string): Promise<readonly ThermalZone[]> {
  const thermal = join(root, 'sys/class/thermal');
  const folders = (await listSysfs(thermal)).filter((name) => /^thermal_zone\d+$/.test(name));
  const zones = await Promise.all(folders.map((folder) => readZone(join(thermal, folder))));
  return zones.flatMap((zone) => zone ?? []);
}

async function readZone(folder: string): Promise<ThermalZone | null> {
  const type = await readSysfsText(join(folder, 'type'));
  if (type === null) return null;
  const [milliCelsius, slowsAtCelsius] = await Promise.all([
    readSysfsNumber(join(folder, 'temp')),
    readLimit(folder),
  ]);
  const name = type.toLowerCase().replace(/-therm(al)?$/, '');
  return { name, celsius: plausibleCelsius(milliCelsius), slowsAtCelsius };
}

/** A zone that is powered off reports an impossible temperature, such as -256 °C. */
function plausibleCelsius(milliCelsius: number | null): number | null {
  if (milliCelsius === null || milliCelsius < -55_000 || milliCelsius > 200_000) return null;
  return milliCelsius / 1_000;
}

/**
 * A zone has several passive trip points: on Orin 70 °C warns of a hot surface and 99 °C throttles. The cooling devices
 * bound to them show which is which; if none is bound, the highest is used.
 */
async function readLimit(folder: string): Promise<number | null> {
  const files = await listSysfs(folder);
  const trips = await readPassiveTrips(folder, files);
  const bound = await readBoundTrips(folder, files);
  const limits = trips.filter(({ index }) => bound === null || bound.includes(index));
  if (limits.length === 0) return null;
  const celsius = limits.map((trip) => trip.celsius);
  return bound === null ? Math.max(...celsius) : Math.min(...celsius);
}

async function readPassiveTrips(folder: string, files: readonly string[]): Promise<readonly Trip[]> {
  const indices = files.flatMap((file) => /^trip_point_(\d+)_type$/.exec(file)?.[1] ?? []);
  const trips = await Promise.all(
    indices.map(async (index) => {
      const type = await readSysfsText(join(folder, `trip_point_${index}_type`));
      const milliCelsius = await readSysfsNumber(join(folder, `trip_point_${index}_temp`));
      return { index: Number(index), type, celsius: (milliCelsius ?? 0) / 1_000 };
    }),
  );
  return trips.filter(
    ({ type, celsius }) =>
      type === 'passive' && celsius >= PLAUSIBLE_LIMIT.min && celsius <= PLAUSIBLE_LIMIT.max,
  );
}

/** The trip points that throttle; null if the zone names no cooling device at all. */
async function readBoundTrips(
  folder: string,
  files: readonly string[],
): Promise<readonly (number | null)[] | null> {
  const devices = files.filter((file) => /^cdev\d+$/.test(file));
  if (devices.length === 0) return null;
  const bound = await Promise.all(
    devices.map(async (device) => {
      const type = await readSysfsText(join(folder, device, 'type'));
      return type !== null && isThrottling(type)
        ? [await readSysfsNumber(join(folder, `${device}_trip_point`))]
        : [];
    }),
  );
  return bound.flat();
}

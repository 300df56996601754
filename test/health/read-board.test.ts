import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { readBoard } from '../../src/health/read-board.ts';

const folders: string[] = [];

/** A root folder with these files; the nodes are laid out as drivers of the named release lay them out. */
async function aRoot(files: Readonly<Record<string, string>>): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'board-'));
  folders.push(root);
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  return root;
}

afterEach(async () => {
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true })));
});

const memory = {
  'proc/meminfo': 'MemTotal:        7802264 kB\nMemFree:          312044 kB\nMemAvailable:    4011220 kB\n',
  'proc/pressure/memory':
    'some avg10=12.50 avg60=3.00 avg300=0.40 total=91\nfull avg10=1.00 avg60=0 avg300=0 total=9\n',
};

const orin = {
  ...memory,
  'proc/device-tree/model': 'NVIDIA Jetson Orin Nano Developer Kit\0',
  'etc/nv_tegra_release': '# R36 (release), REVISION: 4.3, GCID: 38968081, BOARD: generic, EABI: aarch64\n',
  'sys/devices/platform/gpu.0/load': '437\n',
  'sys/class/thermal/thermal_zone0/type': 'cpu-thermal\n',
  'sys/class/thermal/thermal_zone0/temp': '48250\n',
  'sys/class/thermal/thermal_zone1/type': 'gpu-thermal\n',
  'sys/class/thermal/thermal_zone1/temp': '47531\n',
  'sys/class/thermal/thermal_zone8/type': 'tj-thermal\n',
  'sys/class/thermal/thermal_zone8/temp': '49000\n',
  'sys/class/hwmon/hwmon0/name': 'pwmfan\n',
  'sys/class/hwmon/hwmon1/name': 'ina3221\n',
  'sys/class/hwmon/hwmon1/in1_label': 'VDD_IN\n',
  'sys/class/hwmon/hwmon1/in1_input': '5000\n',
  'sys/class/hwmon/hwmon1/curr1_input': '1512\n',
  'sys/class/hwmon/hwmon1/in2_label': 'VDD_CPU_GPU_CV\n',
  'sys/class/hwmon/hwmon1/in2_input': '5000\n',
  'sys/class/hwmon/hwmon1/curr2_input': '400\n',
  'sys/class/hwmon/hwmon1/in7_label': 'sum of shunt voltages\n',
  'sys/class/hwmon/hwmon1/in7_input': '12\n',
};

describe('readBoard', () => {
  it('tells board, release, load, temperatures, power and memory of an Orin with JetPack 6', async () => {
    const reading = await readBoard(await aRoot(orin));

    expect(reading).toEqual({
      model: 'NVIDIA Jetson Orin Nano Developer Kit',
      l4tRelease: '36.4.3',
      gpuLoad: 0.437,
      temperaturesCelsius: { cpu: 48.25, gpu: 47.531, tj: 49 },
      powerWatts: { total: 7.56, rails: { VDD_IN: 7.56, VDD_CPU_GPU_CV: 2 } },
      memory: { totalBytes: 7_989_518_336, availableBytes: 4_107_489_280, pressure: 0.125 },
    });
  });

  it('finds the GPU by its alias where the usual node is missing, as on JetPack 7', async () => {
    const root = await aRoot({
      ...orin,
      'sys/devices/platform/gpu.0/load': '',
      'etc/nv_tegra_release': '# R39 (release), REVISION: 2.0, GCID: 1, BOARD: generic, EABI: aarch64\n',
      'sys/class/devfreq/17000000.gpu/device/load': '1000\n',
    });

    const reading = await readBoard(root);

    expect([reading.l4tRelease, reading.gpuLoad]).toEqual(['39.2.0', 1]);
  });

  it('says null for the GPU of a Thor, which does not tell its load this way', async () => {
    const root = await aRoot({
      ...memory,
      'proc/device-tree/model': 'NVIDIA Jetson AGX Thor Developer Kit\0',
      'etc/nv_tegra_release': '# R38 (release), REVISION: 4.0, GCID: 1, BOARD: generic, EABI: aarch64\n',
    });

    const reading = await readBoard(root);

    expect(reading).toMatchObject({
      l4tRelease: '38.4.0',
      gpuLoad: null,
      powerWatts: { total: null, rails: {} },
    });
  });

  it('keeps a thermal zone that does not answer, or is switched off, as null', async () => {
    const root = await aRoot({
      'sys/class/thermal/thermal_zone0/type': 'cv0-thermal\n',
      'sys/class/thermal/thermal_zone1/type': 'gpu-thermal\n',
      'sys/class/thermal/thermal_zone1/temp': '-256000\n',
    });

    expect((await readBoard(root)).temperaturesCelsius).toEqual({ cv0: null, gpu: null });
  });

  it('knows nothing on an ordinary machine and does not mind', async () => {
    const reading = await readBoard(await aRoot({}));

    expect(reading).toEqual({
      model: null,
      l4tRelease: null,
      gpuLoad: null,
      temperaturesCelsius: {},
      powerWatts: { total: null, rails: {} },
      memory: { totalBytes: null, availableBytes: null, pressure: null },
    });
  });
});

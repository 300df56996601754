import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

/** Paths below a root folder with their content, in the layout of the drivers of the named release. */
export type BoardTree = Readonly<Record<string, string>>;

/** Writes a tree into a root folder that is removed after the test. */
export function writeTree(tree: BoardTree): string {
  const root = mkdtempSync(join(tmpdir(), 'board-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  overwriteTree(root, tree);
  return root;
}

/** Overwrites existing files, as drivers do. */
export function overwriteTree(root: string, tree: BoardTree): void {
  for (const [path, text] of Object.entries(tree)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}

const MEMORY: BoardTree = {
  'proc/meminfo': 'MemTotal:        7802264 kB\nMemFree:          312044 kB\nMemAvailable:    4011220 kB\n',
  'proc/pressure/memory':
    'some avg10=12.50 avg60=3.00 avg300=0.40 total=91\nfull avg10=1.00 avg60=0 avg300=0 total=9\n',
};

/** A thermal zone whose first trip point lowers the clocks, whose second shuts down and whose third only warns. */
function orinZone(number: number, type: string, milliCelsius: string): BoardTree {
  const zone = `sys/class/thermal/thermal_zone${number}`;
  return {
    [`${zone}/type`]: `${type}\n`,
    [`${zone}/temp`]: milliCelsius,
    [`${zone}/trip_point_0_type`]: 'passive\n',
    [`${zone}/trip_point_0_temp`]: '99000\n',
    [`${zone}/trip_point_1_type`]: 'critical\n',
    [`${zone}/trip_point_1_temp`]: '104500\n',
    [`${zone}/trip_point_2_type`]: 'passive\n',
    [`${zone}/trip_point_2_temp`]: '70000\n',
    [`${zone}/cdev0/type`]: 'hot-surface-alert\n',
    [`${zone}/cdev0_trip_point`]: '2\n',
    [`${zone}/cdev1/type`]: 'cpufreq-cpu0\n',
    [`${zone}/cdev1_trip_point`]: '0\n',
  };
}

function coolingDevice(number: number, type: string, state: number): BoardTree {
  const device = `sys/class/thermal/cooling_device${number}`;
  return {
    [`${device}/type`]: `${type}\n`,
    [`${device}/cur_state`]: `${state}\n`,
    [`${device}/max_state`]: '28\n',
  };
}

/** An Orin Nano with JetPack 6.2, busy and healthy, in the 25 W mode; the strongest is MAXN_SUPER. */
export const ORIN_JETPACK_6: BoardTree = {
  ...MEMORY,
  'proc/device-tree/model': 'NVIDIA Jetson Orin Nano Developer Kit\0',
  'etc/nv_tegra_release': '# R36 (release), REVISION: 4.3, GCID: 38968081, BOARD: generic, EABI: aarch64\n',
  'etc/nvpmodel.conf': `# Orin Nano
< POWER_MODEL ID=0 NAME=15W >
CPU_ONLINE CORE_0 1
GPU MAX_FREQ 612000000
< POWER_MODEL ID=1 NAME=25W >
< POWER_MODEL ID=2 NAME=MAXN_SUPER >
< POWER_MODEL ID=3 NAME=7W >
< PM_CONFIG DEFAULT=1 >
`,
  'var/lib/nvpmodel/status': 'pmode:0001 fmode:quiet',
  'sys/devices/platform/gpu.0/load': '437\n',
  'sys/class/devfreq/17000000.gpu/cur_freq': '306000000\n',
  'sys/class/devfreq/17000000.gpu/min_freq': '306000000\n',
  'sys/class/devfreq/17000000.gpu/max_freq': '918000000\n',
  'sys/class/devfreq/17000000.gpu/available_frequencies': '306000000 612000000 918000000 1020000000\n',
  'sys/devices/system/cpu/cpu0/cpufreq/scaling_cur_freq': '1190400\n',
  'sys/devices/system/cpu/cpu0/cpufreq/scaling_min_freq': '729600\n',
  'sys/devices/system/cpu/cpu0/cpufreq/scaling_max_freq': '1344000\n',
  'sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_max_freq': '1728000\n',
  ...orinZone(0, 'cpu-thermal', '48250\n'),
  ...orinZone(1, 'gpu-thermal', '47531\n'),
  ...orinZone(8, 'tj-thermal', '49000\n'),
  ...coolingDevice(0, 'pwm-fan', 3),
  ...coolingDevice(1, 'cpufreq-cpu0', 0),
  ...coolingDevice(2, 'devfreq-17000000.gpu', 0),
  ...coolingDevice(3, 'cpu-throttle-alert', 0),
  ...coolingDevice(11, 'hot-surface-alert', 1),
  'sys/class/hwmon/hwmon0/name': 'pwmfan\n',
  'sys/class/hwmon/hwmon1/name': 'ina3221\n',
  'sys/class/hwmon/hwmon1/in1_label': 'VDD_IN\n',
  'sys/class/hwmon/hwmon1/in1_input': '5000\n',
  'sys/class/hwmon/hwmon1/curr1_input': '1512\n',
  'sys/class/hwmon/hwmon1/curr1_crit_alarm': '0\n',
  'sys/class/hwmon/hwmon1/in2_label': 'VDD_CPU_GPU_CV\n',
  'sys/class/hwmon/hwmon1/in2_input': '5000\n',
  'sys/class/hwmon/hwmon1/curr2_input': '400\n',
  'sys/class/hwmon/hwmon1/in7_label': 'sum of shunt voltages\n',
  'sys/class/hwmon/hwmon1/in7_input': '12\n',
  'sys/class/hwmon/hwmon3/name': 'soctherm_oc\n',
  'sys/class/hwmon/hwmon3/oc1_event_cnt': '0\n',
  'sys/class/hwmon/hwmon3/oc2_event_cnt': '15\n',
  'sys/class/hwmon/hwmon3/oc3_event_cnt': '37\n',
};

/** The same with JetPack 7.2, where only the alias of the GPU exists. */
export const ORIN_JETPACK_7: BoardTree = {
  ...ORIN_JETPACK_6,
  'sys/devices/platform/gpu.0/load': '',
  'etc/nv_tegra_release': '# R39 (release), REVISION: 2.0, GCID: 1, BOARD: generic, EABI: aarch64\n',
  'sys/class/devfreq/17000000.gpu/device/load': '1000\n',
};

/** A Thor with JetPack 7.1: two GPU domains, no load file, zones that only control the fan. */
export const THOR: BoardTree = {
  ...MEMORY,
  'proc/device-tree/model': 'NVIDIA Jetson AGX Thor Developer Kit\0',
  'etc/nv_tegra_release': '# R38 (release), REVISION: 4.0, GCID: 1, BOARD: generic, EABI: aarch64\n',
  'etc/nvpmodel.conf': '< POWER_MODEL ID=0 NAME=MAXN >\n< POWER_MODEL ID=1 NAME=120W >\n',
  'var/lib/nvpmodel/status': 'pmode:0000',
  'sys/class/devfreq/gpu-gpc-0/cur_freq': '1575000000\n',
  'sys/class/devfreq/gpu-gpc-0/min_freq': '1575000000\n',
  'sys/class/devfreq/gpu-gpc-0/max_freq': '1575000000\n',
  'sys/class/devfreq/gpu-gpc-0/available_frequencies': '315000000 1575000000\n',
  'sys/class/devfreq/gpu-nvd-0/cur_freq': '1692000000\n',
  'sys/class/thermal/thermal_zone0/type': 'tj-thermal\n',
  'sys/class/thermal/thermal_zone0/temp': '61000\n',
  'sys/class/thermal/thermal_zone0/trip_point_0_type': 'active\n',
  'sys/class/thermal/thermal_zone0/trip_point_0_temp': '95000\n',
  'sys/class/thermal/thermal_zone0/cdev0/type': 'pwm-fan\n',
  'sys/class/thermal/thermal_zone0/cdev0_trip_point': '0\n',
  'sys/class/hwmon/hwmon5/name': 'soctherm_oc\n',
  'sys/class/hwmon/hwmon5/oc3_event_cnt': '179\n',
};

import { describe, expect, it } from 'vitest';
import type { ErrorCode } from '../../../src/contract/errors.ts';
import type { AnalysisStatus } from '../../../src/daemon/status.ts';
import type { ProviderStatus } from '../../../src/inference/providers/provider-status.ts';
import { createProviderReporter } from '../../../src/daemon/alarms/provider-reporter.ts';

const MINUTE = 60_000;
const onCpu: ProviderStatus = {
  level: 'degraded',
  serving: 'cpu',
  build: null,
  reason: 'tensorrt: its engine is being built',
  retryAt: null,
};
const onTensorrt: ProviderStatus = { ...onCpu, level: 'serving', serving: 'tensorrt', reason: null };
const onNothing: ProviderStatus = {
  ...onCpu,
  level: 'not-ready',
  serving: null,
  reason: 'tensorrt: no answer within 3000 ms',
};

describe('the report of the execution providers', () => {
  it('counts the minutes of a build, and how many it took the last time', () => {
    const device = aDevice();
    device.runs({ ...onCpu, build: { since: 0, usualMs: 8 * MINUTE } }, 3 * MINUTE);

    expect(device.lines).toEqual([
      'The model runs on cpu (tensorrt: its engine is being built), building for 3 of about 8 min',
    ]);
    device.runs({ ...onCpu, build: { since: 0, usualMs: 8 * MINUTE } }, 9 * MINUTE);
    device.runs({ ...onCpu, build: { since: 0, usualMs: null } }, 9 * MINUTE);

    expect(device.lines.slice(1)).toEqual([
      'The model runs on cpu (tensorrt: its engine is being built), building for 9 min',
    ]);
  });

  it('extends the start timeout of systemd during an engine build, and no longer', () => {
    const device = aDevice();

    device.loads({ ...onNothing, build: { since: 0, usualMs: null } }, MINUTE);
    device.loads({ ...onNothing, build: { since: 0, usualMs: null } }, MINUTE + 5000);
    device.loads({ ...onNothing, level: 'starting' }, MINUTE + 10_000);

    expect(device.extensions()).toBe(2);
    expect(device.alarms).toEqual([]);
  });

  it('is an alarm at once when nothing serves and nothing is under way, until something serves', () => {
    const device = aDevice();
    device.runs(onTensorrt, 0);

    device.runs(onNothing, 1000);

    expect(device.lasting()).toEqual(['ANALYSIS_STOPPED']);
    expect(device.provider()).toBe('none');
    device.runs(onCpu, 2000);
    expect(device.lasting()).toEqual(['EXECUTION_PROVIDER_UNAVAILABLE']);
    device.runs(onTensorrt, 3000);
    expect(device.lasting()).toEqual([]);
    expect(device.provider()).toBe('tensorrt');
  });

  it('is no alarm while a process is started again, unless that takes half a minute', () => {
    const device = aDevice();
    const starting = { ...onNothing, level: 'starting', reason: null } as const;

    device.runs(starting, 10_000);
    device.runs(starting, 39_000);
    expect(device.lasting()).toEqual([]);

    device.runs(starting, 40_000);
    expect(device.lasting()).toEqual(['ANALYSIS_STOPPED']);
  });

  it('reaches the wards once for every change', () => {
    const device = aDevice();

    device.runs(onCpu, 0);
    device.runs(onCpu, 5000);
    device.runs({ ...onCpu, build: { since: 6000, usualMs: null } }, 6000);
    device.runs({ ...onCpu, build: { since: 6000, usualMs: null } }, 10 * MINUTE);
    device.runs(onTensorrt, 11 * MINUTE);

    expect(device.infos()).toBe(3);
  });
});

function aDevice() {
  const lines: string[] = [];
  const alarms: [ErrorCode, string | null][] = [];
  let [now, infos, extensions, provider] = [0, 0, 0, ''];
  let analysis: AnalysisStatus = {
    state: 'starting',
    reason: 'The model is not loaded yet.',
    providers: null,
  };
  const tell = createProviderReporter({
    preferred: 'tensorrt',
    status: { read: () => ({ analysis }) },
    alarms: {
      raise: (code, subject) => alarms.push([code, subject]),
      clear: (code) => alarms.push([code, null]),
    },
    metrics: { setExecutionProvider: (name) => (provider = name) },
    systemd: { status: (line) => lines.push(line), extendStart: () => (extensions += 1) },
    publishInfo: () => (infos += 1),
    elapsed: () => now,
  });
  return {
    lines,
    alarms,
    /** The report of a serving daemon at a moment. */
    runs(status: ProviderStatus, at: number) {
      now = at;
      const { serving: executionProvider, level } = status;
      analysis = {
        state: 'up',
        models: [],
        executionProvider,
        isDegraded: level !== 'serving',
        providers: status,
      };
      tell();
    },
    /** The report of a starting daemon at a moment. */
    loads(status: ProviderStatus, at: number) {
      now = at;
      analysis = { state: 'starting', reason: 'The model is not loaded yet.', providers: status };
      tell();
    },
    lasting: () => [...new Map(alarms)].filter(([, subject]) => subject !== null).map(([code]) => code),
    infos: () => infos,
    extensions: () => extensions,
    provider: () => provider,
  };
}

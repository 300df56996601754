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
  it('the provider report counts the minutes of an engine build, and names the duration of the last one', () => {
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

  it('the provider report extends the start timeout of systemd only during an engine build', () => {
    const device = aDevice();

    device.loads({ ...onNothing, build: { since: 0, usualMs: null } }, MINUTE);
    device.loads({ ...onNothing, build: { since: 0, usualMs: null } }, MINUTE + 5000);
    device.loads({ ...onNothing, level: 'starting' }, MINUTE + 10_000);

    expect(device.extensions()).toBe(2);
    expect(device.alarms).toEqual([]);
  });

  it('an alarm is raised at once when no provider serves or starts, until one serves', () => {
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

  it('a restart of the inference process raises no alarm, unless it takes half a minute', () => {
    const device = aDevice();
    const starting = { ...onNothing, level: 'starting', reason: null } as const;

    device.runs(starting, 10_000);
    device.runs(starting, 39_000);
    expect(device.lasting()).toEqual([]);

    device.runs(starting, 40_000);
    expect(device.lasting()).toEqual(['ANALYSIS_STOPPED']);
  });

  it('the wards receive the provider report once for every change', () => {
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
  const report = createProviderReporter({
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
    /** Reports a serving daemon at a moment. */
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
      report();
    },
    /** Reports a starting daemon at a moment. */
    loads(status: ProviderStatus, at: number) {
      now = at;
      analysis = { state: 'starting', reason: 'The model is not loaded yet.', providers: status };
      report();
    },
    lasting: () => [...new Map(alarms)].filter(([, subject]) => subject !== null).map(([code]) => code),
    infos: () => infos,
    extensions: () => extensions,
    provider: () => provider,
  };
}

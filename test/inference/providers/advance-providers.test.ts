import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ProviderFault } from '../../../src/contract/error-table/error-entry.ts';
import type { ExecutionProvider } from '../../../src/contract/finding.ts';
import { advanceProviders } from '../../../src/inference/providers/advance-providers.ts';
import {
  initialState,
  type ProviderAction,
  type ProviderEvent,
  type ProviderState,
} from '../../../src/inference/providers/provider-state.ts';
import { nextRetry, providerStatus } from '../../../src/inference/providers/provider-status.ts';
import { retryDelay } from '../../../src/inference/providers/retry-delay.ts';

const ALL = ['tensorrt', 'cuda', 'cpu'] as const;
const MINUTE = 60_000;

describe('execution providers', () => {
  it('the CPU serves, reported as degraded, while the engine is built; then TensorRT serves', () => {
    const machine = aMachine(ALL);

    machine.send({ type: 'started' });
    machine.send({ type: 'inspected', engine: 'none' });
    machine.send({ type: 'opened', provider: 'cpu' });

    expect(machine.takeActions()).toEqual(['inspect', 'open cpu', 'build']);
    expect(machine.status()).toMatchObject({
      level: 'degraded',
      serving: 'cpu',
      build: { usualMs: null },
      reason: 'tensorrt: its engine is being built',
    });

    machine.send({ type: 'built' });
    machine.send({ type: 'opened', provider: 'tensorrt' });

    expect(machine.takeActions()).toEqual(['open tensorrt', 'close cpu']);
    expect(machine.status()).toMatchObject({ level: 'serving', serving: 'tensorrt', reason: null });
  });

  it('a stored engine is opened without a build', () => {
    const machine = aMachine(ALL);

    machine.send({ type: 'started' });
    machine.send({ type: 'opened', provider: 'cpu' });
    machine.send({ type: 'inspected', engine: 'ready' });

    expect(machine.takeActions()).toEqual(['inspect', 'open cpu', 'open tensorrt']);
  });

  it('a damaged engine is quarantined and rebuilt once; if it fails again, CUDA is opened instead', () => {
    const machine = aMachine(ALL);
    machine.send({ type: 'started' });
    machine.send({ type: 'opened', provider: 'cpu' });

    machine.send({ type: 'inspected', engine: 'damaged' });
    expect(machine.takeActions()).toEqual(['inspect', 'open cpu', 'quarantine', 'build']);

    machine.send({ type: 'built' });
    machine.send({ type: 'refused', provider: 'tensorrt', fault: 'engine', reason: 'not readable' });
    expect(machine.takeActions()).toEqual(['open tensorrt', 'quarantine', 'open cuda']);
  });

  it('the CPU takes over at once when the GPU is lost, and the GPU is retried with back-off', () => {
    const machine = servingTensorrt();

    machine.send({ type: 'lost', provider: 'tensorrt', fault: 'run', reason: 'CUDA failure 719' });
    expect(machine.takeActions()).toEqual(['close tensorrt', 'open cuda', 'open cpu']);
    machine.send({ type: 'opened', provider: 'cpu' });
    machine.send({ type: 'refused', provider: 'cuda', fault: 'load', reason: 'CUDA failure 999' });
    expect(machine.status()).toMatchObject({ level: 'degraded', serving: 'cpu' });
    expect(machine.status().reason).toBe('tensorrt: CUDA failure 719; cuda: CUDA failure 999');
    expect(machine.status().retryAt).toBe(machine.now() + 5000);

    machine.wait(5000);
    expect(machine.takeActions()).toEqual(['open tensorrt']);
    machine.send({ type: 'refused', provider: 'tensorrt', fault: 'load', reason: 'CUDA failure 999' });
    expect(machine.takeActions()).toEqual(['open cuda']);
  });

  it('a short loss of the GPU does not discard the engine', () => {
    const machine = servingTensorrt();
    machine.send({ type: 'lost', provider: 'tensorrt', fault: 'run', reason: 'gone' });
    machine.send({ type: 'opened', provider: 'cpu' });
    machine.send({ type: 'refused', provider: 'cuda', fault: 'load', reason: 'gone' });
    machine.wait(5000);
    machine.send({ type: 'refused', provider: 'tensorrt', fault: 'load', reason: 'gone' });

    expect(machine.takeActions()).not.toContain('quarantine');
  });

  it('missing libraries are not retried', () => {
    const machine = aMachine(['cuda', 'cpu']);
    machine.send({ type: 'started' });
    machine.send({ type: 'opened', provider: 'cpu' });
    machine.send({ type: 'refused', provider: 'cuda', fault: 'missing', reason: 'no library' });

    expect(machine.status()).toMatchObject({ level: 'degraded', retryAt: null });
    machine.wait(24 * 60 * MINUTE);
    expect(machine.takeActions()).toEqual(['open cuda', 'open cpu']);
  });

  it('inference is not ready, with the reason, if only the GPU is allowed and it fails', () => {
    const machine = aMachine(['tensorrt']);
    machine.send({ type: 'started' });
    machine.send({ type: 'inspected', engine: 'ready' });
    machine.send({ type: 'refused', provider: 'tensorrt', fault: 'missing', reason: 'no libnvinfer' });

    expect(machine.status()).toMatchObject({
      level: 'not-ready',
      serving: null,
      reason: 'tensorrt: no libnvinfer',
    });
  });

  it('the CPU is reopened at once after an image crashed it', () => {
    const machine = aMachine(['cpu']);
    machine.send({ type: 'started' });
    machine.send({ type: 'opened', provider: 'cpu' });
    machine.takeActions();

    machine.send({ type: 'lost', provider: 'cpu', fault: 'crash', reason: 'killed' });

    expect(machine.takeActions()).toEqual(['close cpu', 'open cpu']);
  });

  it('the CPU is retried after a second if it crashes while it opens, and a success resets the back-off', () => {
    const machine = aMachine(['cpu']);
    machine.send({ type: 'started' });
    for (let day = 0; day < 3; day += 1) {
      machine.send({ type: 'refused', provider: 'cpu', fault: 'crash', reason: 'killed' });
      expect(machine.status().retryAt).toBe(machine.now() + 1000);
      machine.wait(1000);
      machine.send({ type: 'opened', provider: 'cpu' });
      expect(machine.status()).toMatchObject({ level: 'serving', reason: null });
      machine.send({ type: 'lost', provider: 'cpu', fault: 'crash', reason: 'killed' });
    }
  });

  it('a model that no provider can load is a final failure', () => {
    const machine = aMachine(ALL);
    machine.send({ type: 'started' });
    machine.send({ type: 'model-refused', reason: 'not a model' });
    machine.takeActions();

    machine.send({ type: 'opened', provider: 'tensorrt' });

    expect(machine.takeActions()).toEqual(['close tensorrt']);
    expect(machine.status()).toMatchObject({ level: 'failed', reason: 'not a model' });
  });
});

describe('execution providers with random faults', () => {
  it('in the end a working provider serves, or inference is not ready with a reason', () => {
    fc.assert(
      fc.property(anyWorld(), (world) => {
        const machine = play(world);

        const { level, serving, reason } = machine.status();
        expect(machine.pending()).toEqual([]);
        expect(machine.open()).toEqual(serving === null ? [] : [serving]);
        if (serving === null) {
          expect(['not-ready', 'failed']).toContain(level);
          expect(reason).not.toBeNull();
        } else if (serving !== world.wanted[0]) {
          expect(level).toBe('degraded');
          expect(reason).not.toBeNull();
        }
        // The CPU of the simulated world always works, so with it some provider serves.
        if (world.wanted.includes('cpu')) expect(serving).not.toBeNull();
      }),
      { numRuns: 500 },
    );
  });

  it('at most one action uses the GPU at a time, and no third engine build starts within 30 minutes', () => {
    fc.assert(
      fc.property(anyWorld(), (world) => {
        const machine = play(world);

        // Without the CPU, CUDA has to serve while an engine is built.
        expect(machine.mostAtOnce()).toBeLessThanOrEqual(world.wanted.includes('cpu') ? 1 : 2);
        for (const [index, time] of machine.builds().entries()) {
          const twoBefore = machine.builds()[index - 2];
          if (twoBefore !== undefined) expect(time - twoBefore).toBeGreaterThanOrEqual(30 * MINUTE);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('the first provider serves again once it works', () => {
    fc.assert(
      fc.property(anyWorld(), (world) => {
        const isMissing = (step: Outcome): boolean => step.fault === 'missing';
        fc.pre(!world.outcomes.some(isMissing));
        const machine = play(world);

        for (let attempt = 0; attempt < 20; attempt += 1) machine.wait(6 * 60 * MINUTE);

        expect(machine.status()).toMatchObject({ level: 'serving', serving: world.wanted[0] });
      }),
      { numRuns: 200 },
    );
  });

  it('the delay grows with each failure up to a maximum', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...ALL),
        fc.constantFrom<ProviderFault>('run', 'build', 'wrong'),
        fc.nat(100),
        (provider, fault, failures) => {
          const delay = retryDelay(provider, fault, failures + 1);
          expect(retryDelay(provider, fault, failures + 2)).toBeGreaterThanOrEqual(delay);
          expect(delay).toBeLessThanOrEqual(provider === 'cpu' ? MINUTE : 6 * 60 * MINUTE);
        },
      ),
    );
  });
});

interface Outcome {
  /** Null: no fault. */
  readonly fault: ProviderFault | null;
  /** The fault of the serving provider before the next action completes. */
  readonly lossFault: ProviderFault | null;
  readonly waitMs: number;
  /** Which of the pending actions completes next. */
  readonly pick: number;
}

interface World {
  readonly wanted: readonly ExecutionProvider[];
  readonly stored: 'ready' | 'none' | 'damaged';
  readonly outcomes: readonly Outcome[];
}

/** A world in which the next actions end as listed, and all later ones succeed. */
function anyWorld(): fc.Arbitrary<World> {
  const fault = fc.constantFrom<ProviderFault>(
    'missing',
    'load',
    'wrong',
    'crash',
    'hang',
    'engine',
    'build',
  );
  return fc.record({
    wanted: fc.constantFrom<readonly ExecutionProvider[]>(
      ALL,
      ['tensorrt', 'cpu'],
      ['cuda', 'cpu'],
      ['tensorrt', 'cuda'],
      ['tensorrt'],
      ['cpu'],
    ),
    stored: fc.constantFrom('ready', 'none', 'damaged'),
    outcomes: fc.array(
      fc.record({
        fault: fc.option(fault, { freq: 3 }),
        lossFault: fc.option(fc.constantFrom<ProviderFault>('run', 'crash', 'hang'), { freq: 2 }),
        waitMs: fc.constantFrom(0, 0, 1000, 5000, 20_000, 10 * MINUTE, 31 * MINUTE),
        pick: fc.nat(3),
      }),
      { maxLength: 25 },
    ),
  });
}

/** Runs the machine in a world until the listed outcomes are used up and no action is pending. */
function play({ wanted, stored, outcomes }: World) {
  const machine = aMachine(wanted);
  machine.send({ type: 'started' });
  for (const outcome of outcomes) {
    const { serving } = machine.status();
    if (outcome.lossFault !== null && serving !== null) {
      machine.send({ type: 'lost', provider: serving, fault: outcome.lossFault, reason: outcome.lossFault });
    }
    machine.wait(outcome.waitMs);
    machine.answer(outcome.pick, outcome.fault, stored);
  }
  while (machine.pending().length > 0) machine.answer(0, null, stored);
  return {
    ...machine,
    wait(ms: number) {
      machine.wait(ms);
      answerAll(machine);
    },
  };
}

function answerAll(machine: ReturnType<typeof aMachine>): void {
  while (machine.pending().length > 0) machine.answer(0, null, 'none');
}

function servingTensorrt() {
  const machine = aMachine(ALL);
  machine.send({ type: 'started' });
  machine.send({ type: 'inspected', engine: 'ready' });
  machine.send({ type: 'opened', provider: 'cpu' });
  machine.send({ type: 'opened', provider: 'tensorrt' });
  machine.takeActions();
  return machine;
}

function aMachine(wanted: readonly ExecutionProvider[]) {
  let state: ProviderState = initialState(wanted);
  let now = 1_000_000;
  let actions: string[] = [];
  let pending: ProviderAction[] = [];
  const builds: number[] = [];
  const open = new Set<ExecutionProvider>();
  let mostAtOnce = 0;

  function send(event: ProviderEvent): void {
    const step = advanceProviders(state, event, now);
    state = step.state;
    for (const action of step.actions) {
      actions.push('provider' in action ? `${action.type} ${action.provider}` : action.type);
      if (action.type === 'build') builds.push(now);
      if (action.type === 'close') open.delete(action.provider);
      else if (action.type !== 'quarantine') pending.push(action);
    }
    const onGpu = pending.filter(
      (action) => action.type !== 'inspect' && !('provider' in action && action.provider === 'cpu'),
    );
    mostAtOnce = Math.max(mostAtOnce, onGpu.length);
  }

  return {
    send,
    /** The actions since the last call. */
    takeActions() {
      const taken = actions;
      actions = [];
      return taken;
    },
    now: () => now,
    pending: () => pending,
    open: () => [...open],
    builds: () => builds,
    mostAtOnce: () => mostAtOnce,
    status: () => providerStatus(state),
    wait(ms: number): void {
      const until = now + ms;
      for (let at = nextRetry(state); at !== null && at <= until && at > now; at = nextRetry(state)) {
        now = at;
        send({ type: 'woken' });
      }
      now = until;
    },
    answer(pick: number, fault: ProviderFault | null, stored: World['stored']): void {
      const action = pending[pick % Math.max(1, pending.length)];
      if (!action) return;
      pending = pending.filter((other) => other !== action);
      if (action.type === 'inspect') send({ type: 'inspected', engine: stored });
      else if (action.type === 'build') {
        // Without a GPU the build never started.
        if (fault === 'load') builds.pop();
        const buildFault = fault === 'missing' || fault === 'load' ? fault : 'build';
        send(fault === null ? { type: 'built' } : { type: 'build-failed', fault: buildFault, reason: fault });
      } else if ('provider' in action) {
        const { provider } = action;
        if (fault === null || provider === 'cpu') {
          open.add(provider);
          send({ type: 'opened', provider });
        } else send({ type: 'refused', provider, fault, reason: fault });
      }
    },
  };
}

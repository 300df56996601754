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
  it('serve on the CPU while the engine is built, say so, and go over to TensorRT when it is proven', () => {
    const machine = aMachine(ALL);

    machine.tell({ type: 'started' });
    machine.tell({ type: 'inspected', engine: 'none' });
    machine.tell({ type: 'opened', provider: 'cpu' });

    expect(machine.asked()).toEqual(['inspect', 'open cpu', 'build']);
    expect(machine.status()).toMatchObject({
      level: 'degraded',
      serving: 'cpu',
      build: { usualMs: null },
      reason: 'tensorrt: its engine is being built',
    });

    machine.tell({ type: 'built' });
    machine.tell({ type: 'opened', provider: 'tensorrt' });

    expect(machine.asked()).toEqual(['open tensorrt', 'close cpu']);
    expect(machine.status()).toMatchObject({ level: 'serving', serving: 'tensorrt', reason: null });
  });

  it('use a stored engine at once', () => {
    const machine = aMachine(ALL);

    machine.tell({ type: 'started' });
    machine.tell({ type: 'opened', provider: 'cpu' });
    machine.tell({ type: 'inspected', engine: 'ready' });

    expect(machine.asked()).toEqual(['inspect', 'open cpu', 'open tensorrt']);
  });

  it('set a damaged engine aside and build it once; one that fails again is not built a third time', () => {
    const machine = aMachine(ALL);
    machine.tell({ type: 'started' });
    machine.tell({ type: 'opened', provider: 'cpu' });

    machine.tell({ type: 'inspected', engine: 'damaged' });
    expect(machine.asked()).toEqual(['inspect', 'open cpu', 'quarantine', 'build']);

    machine.tell({ type: 'built' });
    machine.tell({ type: 'refused', provider: 'tensorrt', fault: 'engine', reason: 'not readable' });
    expect(machine.asked()).toEqual(['open tensorrt', 'quarantine', 'open cuda']);
  });

  it('fall back to the CPU at once when the GPU is lost, and come back later and later', () => {
    const machine = servingTensorrt();

    machine.tell({ type: 'lost', provider: 'tensorrt', fault: 'run', reason: 'CUDA failure 719' });
    expect(machine.asked()).toEqual(['close tensorrt', 'open cuda', 'open cpu']);
    machine.tell({ type: 'opened', provider: 'cpu' });
    machine.tell({ type: 'refused', provider: 'cuda', fault: 'load', reason: 'CUDA failure 999' });
    expect(machine.status()).toMatchObject({ level: 'degraded', serving: 'cpu' });
    expect(machine.status().reason).toBe('tensorrt: CUDA failure 719; cuda: CUDA failure 999');
    expect(machine.status().retryAt).toBe(machine.now() + 5000);

    machine.wait(5000);
    expect(machine.asked()).toEqual(['open tensorrt']);
    machine.tell({ type: 'refused', provider: 'tensorrt', fault: 'load', reason: 'CUDA failure 999' });
    expect(machine.asked()).toEqual(['open cuda']);
  });

  it('do not build an engine anew because the GPU was away for a moment', () => {
    const machine = servingTensorrt();
    machine.tell({ type: 'lost', provider: 'tensorrt', fault: 'run', reason: 'gone' });
    machine.tell({ type: 'opened', provider: 'cpu' });
    machine.tell({ type: 'refused', provider: 'cuda', fault: 'load', reason: 'gone' });
    machine.wait(5000);
    machine.tell({ type: 'refused', provider: 'tensorrt', fault: 'load', reason: 'gone' });

    expect(machine.asked()).not.toContain('quarantine');
  });

  it('do not look for libraries that are not there again and again', () => {
    const machine = aMachine(['cuda', 'cpu']);
    machine.tell({ type: 'started' });
    machine.tell({ type: 'opened', provider: 'cpu' });
    machine.tell({ type: 'refused', provider: 'cuda', fault: 'missing', reason: 'no library' });

    expect(machine.status()).toMatchObject({ level: 'degraded', retryAt: null });
    machine.wait(24 * 60 * MINUTE);
    expect(machine.asked()).toEqual(['open cuda', 'open cpu']);
  });

  it('are loudly not ready where only the GPU may serve and it does not', () => {
    const machine = aMachine(['tensorrt']);
    machine.tell({ type: 'started' });
    machine.tell({ type: 'inspected', engine: 'ready' });
    machine.tell({ type: 'refused', provider: 'tensorrt', fault: 'missing', reason: 'no libnvinfer' });

    expect(machine.status()).toMatchObject({
      level: 'not-ready',
      serving: null,
      reason: 'tensorrt: no libnvinfer',
    });
  });

  it('bring the CPU back at once after an image that killed it', () => {
    const machine = aMachine(['cpu']);
    machine.tell({ type: 'started' });
    machine.tell({ type: 'opened', provider: 'cpu' });
    machine.asked();

    machine.tell({ type: 'lost', provider: 'cpu', fault: 'crash', reason: 'killed' });

    expect(machine.asked()).toEqual(['close cpu', 'open cpu']);
  });

  it('bring the CPU back soon when it is killed while it opens, and remember nothing of it afterwards', () => {
    const machine = aMachine(['cpu']);
    machine.tell({ type: 'started' });
    for (let day = 0; day < 3; day += 1) {
      machine.tell({ type: 'refused', provider: 'cpu', fault: 'crash', reason: 'killed' });
      expect(machine.status().retryAt).toBe(machine.now() + 1000);
      machine.wait(1000);
      machine.tell({ type: 'opened', provider: 'cpu' });
      expect(machine.status()).toMatchObject({ level: 'serving', reason: null });
      machine.tell({ type: 'lost', provider: 'cpu', fault: 'crash', reason: 'killed' });
    }
  });

  it('are over when the model is one that nothing can load', () => {
    const machine = aMachine(ALL);
    machine.tell({ type: 'started' });
    machine.tell({ type: 'model-refused', reason: 'not a model' });
    machine.asked();

    machine.tell({ type: 'opened', provider: 'tensorrt' });

    expect(machine.asked()).toEqual(['close tensorrt']);
    expect(machine.status()).toMatchObject({ level: 'failed', reason: 'not a model' });
  });
});

describe('execution providers, whatever happens', () => {
  it('end serving what was proven, or not ready with a reason', () => {
    fc.assert(
      fc.property(anyWorld(), (world) => {
        const machine = played(world);

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
        // The CPU of the simulated world always works: where it may serve, something does.
        if (world.wanted.includes('cpu')) expect(serving).not.toBeNull();
      }),
      { numRuns: 500 },
    );
  });

  it('never do two things to the GPU at a time, and build no engine twice without waiting long', () => {
    fc.assert(
      fc.property(anyWorld(), (world) => {
        const machine = played(world);

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

  it('come back to the best once it works again', () => {
    fc.assert(
      fc.property(anyWorld(), (world) => {
        const isGone = (step: Outcome): boolean => step.fault === 'missing';
        fc.pre(!world.outcomes.some(isGone));
        const machine = played(world);

        for (let tries = 0; tries < 20; tries += 1) machine.wait(6 * 60 * MINUTE);

        expect(machine.status()).toMatchObject({ level: 'serving', serving: world.wanted[0] });
      }),
      { numRuns: 200 },
    );
  });

  it('wait longer after each failure, and never longer than the bound', () => {
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
  /** null: it works. */
  readonly fault: ProviderFault | null;
  /** What has happened to the serving provider before the next thing is answered. */
  readonly loses: ProviderFault | null;
  readonly waitMs: number;
  /** Which of the things under way is answered next. */
  readonly pick: number;
}

interface World {
  readonly wanted: readonly ExecutionProvider[];
  readonly stored: 'ready' | 'none' | 'damaged';
  readonly outcomes: readonly Outcome[];
}

/** A world in which the next things go wrong as listed, and everything after them goes well. */
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
        loses: fc.option(fc.constantFrom<ProviderFault>('run', 'crash', 'hang'), { freq: 2 }),
        waitMs: fc.constantFrom(0, 0, 1000, 5000, 20_000, 10 * MINUTE, 31 * MINUTE),
        pick: fc.nat(3),
      }),
      { maxLength: 25 },
    ),
  });
}

/** The machine in a world until the listed outcomes are used up and nothing is under way. */
function played({ wanted, stored, outcomes }: World) {
  const machine = aMachine(wanted);
  machine.tell({ type: 'started' });
  for (const outcome of outcomes) {
    const { serving } = machine.status();
    if (outcome.loses !== null && serving !== null) {
      machine.tell({ type: 'lost', provider: serving, fault: outcome.loses, reason: outcome.loses });
    }
    machine.wait(outcome.waitMs);
    machine.answer(outcome.pick, outcome.fault, stored);
  }
  while (machine.pending().length > 0) machine.answer(0, null, stored);
  return {
    ...machine,
    wait(ms: number) {
      machine.wait(ms);
      settle(machine);
    },
  };
}

function settle(machine: ReturnType<typeof aMachine>): void {
  while (machine.pending().length > 0) machine.answer(0, null, 'none');
}

function servingTensorrt() {
  const machine = aMachine(ALL);
  machine.tell({ type: 'started' });
  machine.tell({ type: 'inspected', engine: 'ready' });
  machine.tell({ type: 'opened', provider: 'cpu' });
  machine.tell({ type: 'opened', provider: 'tensorrt' });
  machine.asked();
  return machine;
}

function aMachine(wanted: readonly ExecutionProvider[]) {
  let state: ProviderState = initialState(wanted);
  let now = 1_000_000;
  let asked: string[] = [];
  let pending: ProviderAction[] = [];
  const builds: number[] = [];
  const open = new Set<ExecutionProvider>();
  let mostAtOnce = 0;

  function tell(event: ProviderEvent): void {
    const step = advanceProviders(state, event, now);
    state = step.state;
    for (const action of step.actions) {
      asked.push('provider' in action ? `${action.type} ${action.provider}` : action.type);
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
    tell,
    /** What was asked of the driver since the last time. */
    asked() {
      const since = asked;
      asked = [];
      return since;
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
        tell({ type: 'woken' });
      }
      now = until;
    },
    answer(pick: number, fault: ProviderFault | null, stored: World['stored']): void {
      const action = pending[pick % Math.max(1, pending.length)];
      if (!action) return;
      pending = pending.filter((other) => other !== action);
      if (action.type === 'inspect') tell({ type: 'inspected', engine: stored });
      else if (action.type === 'build') {
        // No GPU answered: it ended before it began.
        if (fault === 'load') builds.pop();
        const buildFault = fault === 'missing' || fault === 'load' ? fault : 'build';
        tell(fault === null ? { type: 'built' } : { type: 'build-failed', fault: buildFault, reason: fault });
      } else if ('provider' in action) {
        const { provider } = action;
        if (fault === null || provider === 'cpu') {
          open.add(provider);
          tell({ type: 'opened', provider });
        } else tell({ type: 'refused', provider, fault, reason: fault });
      }
    },
  };
}

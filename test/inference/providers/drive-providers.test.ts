import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BonewatchError, type ErrorCode } from '../../../src/contract/errors.ts';
import type { ExecutionProvider } from '../../../src/contract/finding.ts';
import { driveProviders } from '../../../src/inference/providers/drive-providers.ts';
import type { ProviderPorts, ProviderServer } from '../../../src/inference/providers/provider-ports.ts';

type Trouble = 'works' | 'missing' | 'load' | 'crash' | 'hang' | 'wrong' | 'engine';
const CODES: Record<Exclude<Trouble, 'works'>, ErrorCode> = {
  missing: 'EXECUTION_PROVIDER_UNAVAILABLE',
  load: 'EXECUTION_PROVIDER_FAILED',
  crash: 'INFERENCE_CRASHED',
  hang: 'INFERENCE_TIMEOUT',
  wrong: 'EXECUTION_PROVIDER_MISMATCH',
  engine: 'ENGINE_CACHE_DAMAGED',
};

describe('the provider driver', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it('the CPU serves within a second, and TensorRT as soon as its engine is built', async () => {
    const world = aWorld({ stored: 'none', buildMs: 240_000 });
    await using providers = world.drive(['tensorrt', 'cuda', 'cpu']);
    await vi.advanceTimersByTimeAsync(1000);
    expect(providers.serving()?.provider).toBe('cpu');
    expect(providers.status()).toMatchObject({ level: 'degraded', build: { usualMs: 300_000 } });

    await vi.advanceTimersByTimeAsync(240_000 + 1000);

    expect(providers.serving()?.provider).toBe('tensorrt');
    expect(world.alive()).toEqual(['tensorrt']);
  });

  it('every change of level is reported', async () => {
    const world = aWorld({ stored: 'ready' });
    await using _ = world.drive(['tensorrt', 'cpu']);
    await vi.advanceTimersByTimeAsync(5000);

    expect(world.levels()).toEqual(['starting', 'degraded', 'serving']);
  });

  it('a server that crashes while idle is replaced', async () => {
    const world = aWorld({ stored: 'ready' });
    await using providers = world.drive(['cuda', 'cpu']);
    await vi.advanceTimersByTimeAsync(5000);
    expect(providers.serving()?.provider).toBe('cuda');

    world.crash('cuda');
    await vi.advanceTimersByTimeAsync(1000);
    expect(providers.serving()?.provider).toBe('cpu');

    await vi.advanceTimersByTimeAsync(10_000);
    expect(providers.serving()?.provider).toBe('cuda');
  });

  it('an image waits for a CPU that recovers within seconds, and fails otherwise', async () => {
    const world = aWorld({
      stored: 'ready',
      cpuOpens: ['works', 'crash', 'crash', 'works', ...Array<Trouble>(9).fill('crash')],
    });
    await using providers = world.drive(['cpu']);
    await vi.advanceTimersByTimeAsync(1000);

    world.crash('cpu');
    await vi.advanceTimersByTimeAsync(600);
    expect(providers.status().level).toBe('not-ready');
    const answer = providers.current();
    await vi.advanceTimersByTimeAsync(5000);
    expect((await answer).provider).toBe('cpu');

    world.crash('cpu');
    const rejection = expect(providers.current()).rejects.toMatchObject({
      code: 'EXECUTION_PROVIDER_UNAVAILABLE',
    });
    await vi.advanceTimersByTimeAsync(20_000);
    await rejection;
  });

  it('a retry happens even if its time passes while the clock is read', async () => {
    const world = aWorld({ stored: 'ready' });
    let [instant, reads] = [0, 0];
    // The timer fires slightly early, and the second reading is past the time.
    const clock = (): number => {
      reads = Date.now() === instant ? reads + 1 : 0;
      instant = Date.now();
      return instant + (reads === 0 ? -1 : 1);
    };
    await using providers = world.drive(['cuda', 'cpu'], clock);
    await vi.advanceTimersByTimeAsync(5000);
    world.crash('cuda');

    await vi.advanceTimersByTimeAsync(10_000);

    expect(providers.serving()?.provider).toBe('cuda');
  });

  it('closing at any moment leaves no server running', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 3000 }), async (afterMs) => {
        const world = aWorld({ stored: 'none', buildMs: 1000 });
        const providers = world.drive(['tensorrt', 'cuda', 'cpu']);
        await vi.advanceTimersByTimeAsync(afterMs);

        const closed = providers[Symbol.asyncDispose]();
        await vi.advanceTimersByTimeAsync(60_000);
        await closed;

        expect(world.alive()).toEqual([]);
        await expect(providers.current()).rejects.toMatchObject({ code: 'EXECUTION_PROVIDER_UNAVAILABLE' });
      }),
      { numRuns: 30 },
    );
  });

  it('a model that no provider can load is reported as invalid', async () => {
    const world = aWorld({ stored: 'ready', modelError: true });
    await using providers = world.drive(['tensorrt', 'cpu']);
    const answer = expect(providers.current()).rejects.toMatchObject({ code: 'MODEL_INVALID' });
    await vi.advanceTimersByTimeAsync(5000);

    await answer;
    expect(providers.status().level).toBe('failed');
  });

  it('every image gets the right result or a named error, whatever fails at any step', async () => {
    const trouble = fc.constantFrom<Trouble>('works', 'missing', 'load', 'crash', 'hang', 'wrong', 'engine');
    const scenario = fc.record({
      wanted: fc.constantFrom<readonly ExecutionProvider[]>(
        ['tensorrt', 'cuda', 'cpu'],
        ['tensorrt', 'cpu'],
        ['cuda', 'cpu'],
        ['tensorrt'],
      ),
      stored: fc.constantFrom<'ready' | 'none' | 'damaged'>('ready', 'none', 'damaged'),
      opens: fc.array(trouble, { maxLength: 8 }),
      builds: fc.array(fc.boolean(), { maxLength: 3 }),
      images: fc.array(fc.constantFrom<'fine' | 'run' | 'crash' | 'hang'>('fine', 'run', 'crash', 'hang'), {
        minLength: 1,
        maxLength: 6,
      }),
      pauseMs: fc.constantFrom(0, 100, 5000, 60_000, 31 * 60_000),
    });
    await fc.assert(
      fc.asyncProperty(scenario, async ({ wanted, stored, opens, builds, images, pauseMs }) => {
        const world = aWorld({ stored, opens, builds, buildMs: 60_000 });
        const providers = world.drive(wanted);

        for (const image of images) {
          const answer = answerTo(providers, image);
          await vi.advanceTimersByTimeAsync(30_000);
          const outcome = await answer;
          if (wanted.includes('cpu')) expect(outcome).toBe('right');
          else expect(['right', 'EXECUTION_PROVIDER_UNAVAILABLE']).toContain(outcome);
          await vi.advanceTimersByTimeAsync(pauseMs);
        }

        const closed = providers[Symbol.asyncDispose]();
        await vi.advanceTimersByTimeAsync(120_000);
        await closed;
        expect(world.alive()).toEqual([]);
      }),
      { numRuns: 100 },
    );
  }, 60_000);
});

interface Server extends ProviderServer {
  readonly provider: ExecutionProvider;
  crash(): void;
}

/** Requests one image as the inference stage does: on each serving provider until one succeeds. */
async function answerTo(
  providers: ReturnType<ReturnType<typeof aWorld>['drive']>,
  image: 'fine' | 'run' | 'crash' | 'hang',
): Promise<string> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const { server, provider } = await providers.current();
      // Faults of the GPU do not affect the CPU.
      if (image !== 'fine' && provider !== 'cpu' && attempt === 1) {
        const code = {
          run: 'INFERENCE_FAILED',
          crash: 'INFERENCE_CRASHED',
          hang: 'INFERENCE_TIMEOUT',
        } as const;
        if (image === 'crash') server.crash();
        providers.lost(server, new BonewatchError(code[image], image));
        continue;
      }
      return server.ended.aborted ? 'crashed' : 'right';
    } catch (error) {
      return error instanceof BonewatchError ? error.code : 'bug';
    }
  }
}

/** Opening takes half a second and ends as listed, later always well; a hang ends at a deadline of ten seconds. */
function aWorld(options: {
  readonly stored: 'ready' | 'none' | 'damaged';
  readonly opens?: readonly Trouble[];
  readonly cpuOpens?: readonly Trouble[];
  readonly builds?: readonly boolean[];
  readonly buildMs?: number;
  readonly modelError?: boolean;
}) {
  const alive = new Set<Server>();
  const levels: string[] = [];
  const [opens, builds] = [[...(options.opens ?? [])], [...(options.builds ?? [])]];
  const cpuOpens = [...(options.cpuOpens ?? [])];
  const after = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

  const ports: ProviderPorts<Server> = {
    async open(provider) {
      // The CPU works unless stated otherwise, so that every image can be analysed.
      const trouble = (provider === 'cpu' ? cpuOpens : opens).shift() ?? 'works';
      await after(trouble === 'hang' ? 10_000 : 500);
      if (options.modelError) throw new BonewatchError('MODEL_INVALID', 'not a model');
      if (trouble !== 'works') throw new BonewatchError(CODES[trouble], `${provider}: ${trouble}`);
      const ended = new AbortController();
      const server: Server = {
        provider,
        ended: ended.signal,
        kill: () => {
          alive.delete(server);
          ended.abort(new BonewatchError('INFERENCE_CRASHED', 'stopped'));
        },
        crash: () => server.kill(),
      };
      alive.add(server);
      return server;
    },
    inspectEngine: () => after(10).then(() => options.stored),
    usualBuildMs: () => Promise.resolve(300_000),
    async buildEngine() {
      await after(options.buildMs ?? 1000);
      if (builds.shift() === false) throw new BonewatchError('ENGINE_BUILD_FAILED', 'out of memory');
    },
    quarantineEngine: () => after(10),
  };
  return {
    drive: (wanted: readonly ExecutionProvider[], clock = () => Date.now()) =>
      driveProviders(ports, { wanted, clock, onChange: ({ level }) => levels.push(level) }),
    levels: () => levels.filter((level, index) => level !== levels[index - 1]),
    alive: () => [...alive].map(({ provider }) => provider),
    crash: (provider: ExecutionProvider) =>
      [...alive].find((server) => server.provider === provider)?.crash(),
  };
}

import { BonewatchError, isBonewatchError } from '../../contract/errors.ts';
import { toClause } from '../../contract/sentence.ts';
import type { ExecutionProvider } from '../../contract/finding.ts';
import { advanceProviders } from './advance-providers.ts';
import { providerFault } from './provider-fault.ts';
import { initialState, type ProviderAction, type ProviderEvent, type BuildFault } from './provider-state.ts';
import { isOpening, nextRetry, providerStatus, type ProviderStatus } from './provider-status.ts';

/** A process that answers with one execution provider. */
export interface ProviderServer {
  readonly ended: AbortSignal;
  kill(): void;
}

/**
 * How providers are really opened; every call ends by itself, with a named failure at its deadline, and soon when the
 * signal says that all is over.
 */
export interface ProviderPorts<Server extends ProviderServer> {
  /** Starts a process, loads the model, proves the answers. */
  open(provider: ExecutionProvider, signal: AbortSignal): Promise<Server>;
  inspectEngine(): Promise<'ready' | 'none' | 'damaged'>;
  /** What a build took here the last time; null if none is known. */
  usualBuildMs(): Promise<number | null>;
  /** Builds the engine aside and stores it. */
  buildEngine(signal: AbortSignal): Promise<void>;
  quarantineEngine(): Promise<void>;
}

export interface ServingProvider<Server extends ProviderServer> {
  readonly provider: ExecutionProvider;
  readonly server: Server;
}

export interface Providers<Server extends ProviderServer> extends AsyncDisposable {
  status(): ProviderStatus;
  serving(): ServingProvider<Server> | null;
  /**
   * The provider that serves; waits while one is being opened, or will be within seconds. Throws MODEL_INVALID for a model that nothing loads,
   * EXECUTION_PROVIDER_UNAVAILABLE with the reasons when none serves.
   */
  current(): Promise<ServingProvider<Server>>;
  /** Resolves once nothing but a build is under way: what serves then is the best that there is at once. */
  settled(): Promise<void>;
  /** Resolves once nothing is under way, a build included. */
  built(): Promise<void>;
  /** Resolves once something serves; waits for a build where nothing else may. Throws what `current` throws. */
  started(): Promise<void>;
  /** Says that a server failed at an image; it is replaced at once by the next one. */
  lost(server: Server, error: unknown): void;
}

export interface ProvidersOptions {
  /** Those that may serve, best first. */
  readonly wanted: readonly ExecutionProvider[];
  /** Milliseconds of a clock that only goes forward. */
  readonly clock: () => number;
  readonly onChange: (status: ProviderStatus) => void;
}

/** An image that waits so long is answered sooner than one that fails and is tried again. */
const SOON_MS = 3000;

/** Carries out what `advanceProviders` decides, from the first event to the last. */
export function driveProviders<Server extends ProviderServer>(
  ports: ProviderPorts<Server>,
  { wanted, clock, onChange }: ProvidersOptions,
): Providers<Server> {
  const servers = new Map<ExecutionProvider, Server>();
  const closing = new AbortController();
  const underWay = new Set<Promise<void>>();
  let engineWork: Promise<ProviderEvent | null> = Promise.resolve(null);
  let state = initialState(wanted);
  let modelError: BonewatchError | undefined;
  let timer: NodeJS.Timeout | undefined;
  let changed = Promise.withResolvers<undefined>();

  function tell(event: ProviderEvent): void {
    const before = JSON.stringify(providerStatus(state));
    const now = clock();
    const step = advanceProviders(state, event, now);
    state = step.state;
    for (const action of step.actions) carryOut(action);
    arm(now);
    if (JSON.stringify(providerStatus(state)) !== before) onChange(providerStatus(state));
    changed.resolve(undefined);
    changed = Promise.withResolvers();
  }

  /** `now` is what the state was advanced to: what became due since then was not begun, and must not be passed over. */
  function arm(now: number): void {
    clearTimeout(timer);
    const at = nextRetry(state, now);
    if (at === null || closing.signal.aborted) return;
    // A timer counts whole milliseconds, and one that fires early only looks at the clock again.
    timer = setTimeout(() => tell({ type: 'woken' }), Math.max(1, Math.ceil(at - clock())));
    timer.unref();
  }

  function carryOut(action: ProviderAction): void {
    if (action.type === 'close') {
      const server = servers.get(action.provider);
      servers.delete(action.provider);
      server?.kill();
      return;
    }
    // One thing after the other with the stored engine: what is moved away must be gone before the next is built.
    const event =
      action.type === 'open' ? open(action.provider) : (engineWork = engineWork.then(() => eventOf(action)));
    const work = event.then((outcome) => {
      underWay.delete(work);
      if (outcome && !closing.signal.aborted) tell(outcome);
      if (outcome?.type === 'opened') noticeEarlyEnd(outcome.provider);
    });
    underWay.add(work);
  }

  /** A server may have ended between its last answer and the moment it was to serve. */
  function noticeEarlyEnd(provider: ExecutionProvider): void {
    const server = servers.get(provider);
    if (server?.ended.aborted) lost(server, server.ended.reason);
  }

  async function eventOf(action: ProviderAction): Promise<ProviderEvent | null> {
    if (action.type === 'build') return build();
    // What cannot be read or moved is as good as none; the build says what is wrong with it.
    if (action.type === 'inspect') {
      const engine = await ports.inspectEngine().catch(() => 'none' as const);
      return { type: 'inspected', engine, usualBuildMs: await ports.usualBuildMs().catch(() => null) };
    }
    await ports.quarantineEngine().catch(() => undefined);
    return null;
  }

  async function build(): Promise<ProviderEvent> {
    try {
      await ports.buildEngine(closing.signal);
      return { type: 'built' };
    } catch (error) {
      return { type: 'build-failed', fault: buildFault(error), reason: reasonOf(error) };
    }
  }

  async function open(provider: ExecutionProvider): Promise<ProviderEvent> {
    try {
      const server = await ports.open(provider, closing.signal);
      if (closing.signal.aborted) server.kill();
      servers.set(provider, server);
      server.ended.addEventListener('abort', () => lost(server, server.ended.reason), { once: true });
      return { type: 'opened', provider };
    } catch (error) {
      if (provider === 'cpu' && isModelError(error)) {
        modelError = error;
        return { type: 'model-refused', reason: toClause(error.message) };
      }
      return { type: 'refused', provider, fault: providerFault(error), reason: reasonOf(error) };
    }
  }

  function lost(server: Server, error: unknown): void {
    const provider = state.serving;
    if (closing.signal.aborted || provider === null || servers.get(provider) !== server) return;
    tell({ type: 'lost', provider, fault: providerFault(error), reason: reasonOf(error) });
  }

  function serving(): ServingProvider<Server> | null {
    const { serving: provider } = state;
    const server = provider === null || closing.signal.aborted ? undefined : servers.get(provider);
    return provider === null || !server ? null : { provider, server };
  }

  function isAlive(): boolean {
    return state.fatal === null && !closing.signal.aborted;
  }

  function isTriedSoon(): boolean {
    const at = nextRetry(state, clock());
    return at !== null && at - clock() <= SOON_MS;
  }

  async function current(): Promise<ServingProvider<Server>> {
    for (;;) {
      if (modelError) throw modelError;
      const now = serving();
      if (now) return now;
      if (closing.signal.aborted || !(isOpening(state) || isTriedSoon()))
        throw notReady(providerStatus(state));
      await changed.promise;
    }
  }

  tell({ type: 'started' });
  return {
    status: () => providerStatus(state),
    serving,
    lost,
    current,
    async settled() {
      while (isOpening(state) && isAlive()) await changed.promise;
    },
    async built() {
      while (isAlive() && (isOpening(state) || state.engine === 'building')) await changed.promise;
    },
    async started() {
      while (!serving() && isAlive() && (isOpening(state) || state.engine === 'building')) {
        await changed.promise;
      }
      await current();
    },
    async [Symbol.asyncDispose]() {
      closing.abort();
      clearTimeout(timer);
      changed.resolve(undefined);
      for (const server of servers.values()) server.kill();
      await Promise.all(underWay);
      for (const server of servers.values()) server.kill();
    },
  };
}

/** A build that did not even begin is worth another try sooner than one that failed after minutes. */
function buildFault(error: unknown): BuildFault {
  if (isBonewatchError(error, 'GPU_UNREACHABLE')) return 'load';
  return providerFault(error) === 'missing' ? 'missing' : 'build';
}

function isModelError(error: unknown): error is BonewatchError {
  return isBonewatchError(error, 'MODEL_INVALID') || isBonewatchError(error, 'MODEL_HASH_MISMATCH');
}

function notReady({ reason }: ProviderStatus): BonewatchError {
  return new BonewatchError(
    'EXECUTION_PROVIDER_UNAVAILABLE',
    `No execution provider works (${reason ?? 'none was tried'}).`,
  );
}

function reasonOf(error: unknown): string {
  return toClause(error instanceof Error ? error.message : String(error));
}

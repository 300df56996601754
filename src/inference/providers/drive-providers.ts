import { BonewatchError } from '../../contract/errors.ts';
import { toClause } from '../../contract/sentence.ts';
import type { ExecutionProvider } from '../../contract/finding.ts';
import { advanceProviders } from './advance-providers.ts';
import { buildFault, isModelError, providerFault, reasonOf } from './provider-fault.ts';
import type { ProviderPorts, ProviderServer } from './provider-ports.ts';
import {
  initialState,
  type ProviderAction,
  type ProviderEvent,
  type ProviderState,
} from './provider-state.ts';
import { isOpening, nextRetry, providerStatus, type ProviderStatus } from './provider-status.ts';

export interface ServingProvider<Server extends ProviderServer> {
  readonly provider: ExecutionProvider;
  readonly server: Server;
}

export interface Providers<Server extends ProviderServer> extends AsyncDisposable {
  status(): ProviderStatus;
  serving(): ServingProvider<Server> | null;
  /**
   * The serving provider; waits while one is being opened, or will be within seconds. Throws MODEL_INVALID for a
   * model that no provider can load, EXECUTION_PROVIDER_UNAVAILABLE with the reasons when none serves.
   */
  current(): Promise<ServingProvider<Server>>;
  /** Resolves once nothing but a build is in progress: then the best provider that needs no build serves. */
  whenOpened(): Promise<void>;
  /** Resolves once nothing is in progress, a build included. */
  whenIdle(): Promise<void>;
  /** Resolves once a provider serves, waiting for a build if no other provider may. Throws as `current` does. */
  started(): Promise<void>;
  /** Reports that a server failed on an image; the next one replaces it at once. */
  lost(server: Server, error: unknown): void;
}

export interface ProvidersOptions {
  /** The allowed providers, best first. */
  readonly wanted: readonly ExecutionProvider[];
  /** Milliseconds of a monotonic clock. */
  readonly clock: () => number;
  readonly onChange: (status: ProviderStatus) => void;
}

/** A retry due within this is faster than failing the image and retrying it. */
const SOON_MS = 3000;

interface Driver<Server extends ProviderServer> extends ProvidersOptions {
  readonly ports: ProviderPorts<Server>;
  readonly servers: Map<ExecutionProvider, Server>;
  readonly closing: AbortController;
  readonly inProgress: Set<Promise<void>>;
  /** The last action on the stored engine. */
  engineWork: Promise<ProviderEvent | null>;
  state: ProviderState;
  modelError: BonewatchError | null;
  timer: NodeJS.Timeout | undefined;
  /** Resolved at the next event. */
  changed: PromiseWithResolvers<undefined>;
}

/** Executes the actions that `advanceProviders` decides, from the first event to the last. */
export function driveProviders<Server extends ProviderServer>(
  ports: ProviderPorts<Server>,
  options: ProvidersOptions,
): Providers<Server> {
  const driver: Driver<Server> = {
    ports,
    wanted: options.wanted,
    clock: options.clock,
    onChange: options.onChange,
    servers: new Map(),
    closing: new AbortController(),
    inProgress: new Set(),
    engineWork: Promise.resolve(null),
    state: initialState(options.wanted),
    modelError: null,
    timer: undefined,
    changed: Promise.withResolvers(),
  };
  handle(driver, { type: 'started' });
  return {
    status: () => providerStatus(driver.state),
    serving: () => serving(driver),
    lost: (server, error) => lost(driver, server, error),
    current: () => current(driver),
    whenOpened: () => waitWhile(driver, () => isOpening(driver.state)),
    whenIdle: () => waitWhile(driver, () => isInProgress(driver.state)),
    async started() {
      await waitWhile(driver, () => serving(driver) === null && isInProgress(driver.state));
      await current(driver);
    },
    [Symbol.asyncDispose]: () => close(driver),
  };
}

function handle<Server extends ProviderServer>(driver: Driver<Server>, event: ProviderEvent): void {
  const before = JSON.stringify(providerStatus(driver.state));
  const now = driver.clock();
  const step = advanceProviders(driver.state, event, now);
  driver.state = step.state;
  for (const action of step.actions) carryOut(driver, action);
  startTimer(driver, now);
  const status = providerStatus(driver.state);
  if (JSON.stringify(status) !== before) driver.onChange(status);
  driver.changed.resolve(undefined);
  driver.changed = Promise.withResolvers();
}

/** `now` is the time that the state was advanced to: a retry that became due since then must not be skipped. */
function startTimer<Server extends ProviderServer>(driver: Driver<Server>, now: number): void {
  clearTimeout(driver.timer);
  const at = nextRetry(driver.state, now);
  if (at === null || driver.closing.signal.aborted) return;
  // Timers count whole milliseconds; one that fires early only reads the clock again.
  const delayMs = Math.max(1, Math.ceil(at - driver.clock()));
  driver.timer = setTimeout(() => handle(driver, { type: 'woken' }), delayMs);
  driver.timer.unref();
}

function carryOut<Server extends ProviderServer>(driver: Driver<Server>, action: ProviderAction): void {
  if (action.type === 'close') {
    const server = driver.servers.get(action.provider);
    driver.servers.delete(action.provider);
    server?.kill();
    return;
  }
  const work = eventOf(driver, action).then((event) => {
    driver.inProgress.delete(work);
    if (event && !driver.closing.signal.aborted) handle(driver, event);
    if (event?.type === 'opened') noticeEarlyEnd(driver, event.provider);
  });
  driver.inProgress.add(work);
}

/** A server may have ended between its last reply and the moment it was to serve. */
function noticeEarlyEnd<Server extends ProviderServer>(
  driver: Driver<Server>,
  provider: ExecutionProvider,
): void {
  const server = driver.servers.get(provider);
  if (server?.ended.aborted) lost(driver, server, server.ended.reason);
}

function eventOf<Server extends ProviderServer>(
  driver: Driver<Server>,
  action: Exclude<ProviderAction, { readonly type: 'close' }>,
): Promise<ProviderEvent | null> {
  if (action.type === 'open') return open(driver, action.provider);
  // Actions on the stored engine run one at a time: a damaged one is moved away before the next is built.
  driver.engineWork = driver.engineWork.then(() => engineEventOf(driver, action.type));
  return driver.engineWork;
}

async function engineEventOf<Server extends ProviderServer>(
  driver: Driver<Server>,
  type: 'inspect' | 'build' | 'quarantine',
): Promise<ProviderEvent | null> {
  const { ports } = driver;
  if (type === 'build') return build(driver);
  // An engine that cannot be read or moved counts as none; the build reports the folder's error.
  if (type === 'inspect') {
    const engine = await ports.inspectEngine().catch(() => 'none' as const);
    return { type: 'inspected', engine, usualBuildMs: await ports.usualBuildMs().catch(() => null) };
  }
  await ports.quarantineEngine().catch(() => undefined);
  return null;
}

async function build<Server extends ProviderServer>({
  ports,
  closing,
}: Driver<Server>): Promise<ProviderEvent> {
  try {
    await ports.buildEngine(closing.signal);
    return { type: 'built' };
  } catch (error) {
    return { type: 'build-failed', fault: buildFault(error), reason: reasonOf(error) };
  }
}

async function open<Server extends ProviderServer>(
  driver: Driver<Server>,
  provider: ExecutionProvider,
): Promise<ProviderEvent> {
  const { ports, closing, servers } = driver;
  try {
    const server = await ports.open(provider, closing.signal);
    if (closing.signal.aborted) server.kill();
    servers.set(provider, server);
    server.ended.addEventListener('abort', () => lost(driver, server, server.ended.reason), { once: true });
    return { type: 'opened', provider, substitutes: server.substitutes };
  } catch (error) {
    if (provider === 'cpu' && isModelError(error)) {
      driver.modelError = error;
      return { type: 'model-refused', reason: toClause(error.message) };
    }
    return { type: 'refused', provider, fault: providerFault(error), reason: reasonOf(error) };
  }
}

function lost<Server extends ProviderServer>(driver: Driver<Server>, server: Server, error: unknown): void {
  const provider = driver.state.serving;
  if (driver.closing.signal.aborted || provider === null) return;
  if (driver.servers.get(provider) !== server) return;
  handle(driver, { type: 'lost', provider, fault: providerFault(error), reason: reasonOf(error) });
}

function serving<Server extends ProviderServer>({
  state,
  servers,
  closing,
}: Driver<Server>): ServingProvider<Server> | null {
  const { serving: provider } = state;
  if (provider === null || closing.signal.aborted) return null;
  const server = servers.get(provider);
  return server === undefined ? null : { provider, server };
}

async function current<Server extends ProviderServer>(
  driver: Driver<Server>,
): Promise<ServingProvider<Server>> {
  for (;;) {
    if (driver.modelError) throw driver.modelError;
    const now = serving(driver);
    if (now) return now;
    const mayServeSoon = isOpening(driver.state) || isRetriedSoon(driver);
    if (driver.closing.signal.aborted || !mayServeSoon) throw notReady(providerStatus(driver.state));
    await driver.changed.promise;
  }
}

function isRetriedSoon<Server extends ProviderServer>({ state, clock }: Driver<Server>): boolean {
  const at = nextRetry(state, clock());
  return at !== null && at - clock() <= SOON_MS;
}

function isInProgress(state: ProviderState): boolean {
  return isOpening(state) || state.engine === 'building';
}

/** Resolves once the condition is false, the model is found unusable, or the providers are closed. */
async function waitWhile<Server extends ProviderServer>(
  driver: Driver<Server>,
  condition: () => boolean,
): Promise<void> {
  while (condition() && driver.state.fatal === null && !driver.closing.signal.aborted) {
    await driver.changed.promise;
  }
}

async function close<Server extends ProviderServer>(driver: Driver<Server>): Promise<void> {
  driver.closing.abort();
  clearTimeout(driver.timer);
  driver.changed.resolve(undefined);
  for (const server of driver.servers.values()) server.kill();
  await Promise.all(driver.inProgress);
  for (const server of driver.servers.values()) server.kill();
}

function notReady({ reason }: ProviderStatus): BonewatchError {
  return new BonewatchError(
    'EXECUTION_PROVIDER_UNAVAILABLE',
    `No execution provider works (${reason ?? 'none was tried'}).`,
  );
}

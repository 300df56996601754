import type { ExecutionProvider } from '../../contract/finding.ts';
import type { ProviderFault } from '../../contract/error-table/error-entry.ts';
import type { ProviderAction, ProviderEvent, ProviderState, Step } from './provider-state.ts';
import { retryDelay } from './retry-delay.ts';

type OpenedEvent = Extract<ProviderEvent, { readonly type: 'opened' }>;

interface Failure {
  readonly provider: ExecutionProvider;
  readonly fault: ProviderFault;
  readonly reason: string;
}

/** A provider that served this long before it failed restarts its back-off. */
const STABLE_MS = 10 * 60_000;

/**
 * Decides the next state and actions after one event at `now` (milliseconds of a monotonic clock). The CPU, where it may
 * serve, is opened whenever nothing serves; better providers are tried one at a time while it serves. A provider
 * serves only after `opened`, which the driver sends once the provider's results were verified.
 */
export function advanceProviders(state: ProviderState, event: ProviderEvent, now: number): Step {
  if (state.fatal !== null) return { state, actions: closingLate(event) };
  const { state: changed, actions } = apply(state, event, now);
  if (changed.fatal !== null) return { state: changed, actions };
  const next = pursue(changed, now);
  return { state: next.state, actions: [...actions, ...next.actions] };
}

/** A server that opens after the end must be closed. */
function closingLate(event: ProviderEvent): readonly ProviderAction[] {
  return event.type === 'opened' ? [{ type: 'close', provider: event.provider }] : [];
}

function apply(state: ProviderState, event: ProviderEvent, now: number): Step {
  switch (event.type) {
    case 'started':
    case 'woken':
      return still(state);
    case 'model-refused':
      return {
        state: { ...state, fatal: event.reason, serving: null, opening: [] },
        actions: state.serving ? [{ type: 'close', provider: state.serving }] : [],
      };
    case 'inspected': {
      const { engine, usualBuildMs = null } = event;
      if (engine !== 'damaged') return still({ ...state, engine, usualBuildMs });
      return { state: { ...state, engine: 'none', usualBuildMs }, actions: [{ type: 'quarantine' }] };
    }
    case 'built':
      return still({ ...state, engine: 'ready', hasBuilt: true });
    case 'build-failed':
      return still({
        ...setAside({ ...state, engine: 'none' }, 'tensorrt', event, now),
        hasBuilt: false,
      });
    case 'opened':
      return opened(state, event, now);
    case 'refused':
      return refused(state, event, now);
    case 'lost':
      if (state.serving !== event.provider) return still(state);
      return lost(state, event, now);
  }
}

function lost(state: ProviderState, failure: Failure, now: number): Step {
  const { provider } = failure;
  const without = { ...state, serving: null };
  const actions: readonly ProviderAction[] = [{ type: 'close', provider }];
  // The last resort is reopened at once; an image that crashes it fails alone.
  if (provider === 'cpu') return { state: without, actions };
  const wasStable = now - state.servingSince >= STABLE_MS;
  const fresh = wasStable ? withoutKey(state.setAside, provider) : state.setAside;
  return { state: setAside({ ...without, setAside: fresh }, provider, failure, now), actions };
}

function opened(state: ProviderState, { provider, substitutes }: OpenedEvent, now: number): Step {
  const opening = state.opening.filter((other) => other !== provider);
  const { serving } = state;
  const isBetter = serving === null || rank(state, provider) < rank(state, serving);
  // A fallback that became ready after a better provider.
  if (!isBetter) return { state: { ...state, opening }, actions: [{ type: 'close', provider }] };
  return {
    state: {
      ...state,
      opening,
      serving: provider,
      servingSince: now,
      substitutes: substitutes ?? null,
      // The last resort has no fallback: an earlier failure to open must not extend its next delay.
      setAside: provider === 'cpu' ? withoutKey(state.setAside, provider) : state.setAside,
      hasServed: [...new Set([...state.hasServed, provider])],
    },
    actions: serving === null ? [] : [{ type: 'close', provider: serving }],
  };
}

function refused(state: ProviderState, failure: Failure, now: number): Step {
  const { provider, fault } = failure;
  const tried = { ...state, opening: state.opening.filter((other) => other !== provider) };
  const aside = setAside(tried, provider, failure, now);
  const failures = aside.setAside[provider]?.failures ?? 0;
  if (provider !== 'tensorrt' || !suspectsEngine(fault, failures)) return still(aside);
  // The stored engine may be the cause: it is rebuilt once, but not if a new one fails too.
  const next = tried.hasBuilt ? aside : tried;
  return { state: { ...next, engine: 'none', hasBuilt: false }, actions: [{ type: 'quarantine' }] };
}

/** An engine that failed to load three times in a row is not loaded a fourth time, whatever the fault. */
function suspectsEngine(fault: ProviderFault, failures: number): boolean {
  return fault === 'engine' || fault === 'wrong' || (fault !== 'missing' && failures >= 3);
}

function setAside(
  state: ProviderState,
  provider: ExecutionProvider,
  { fault, reason }: { readonly fault: ProviderFault; readonly reason: string },
  now: number,
): ProviderState {
  const failures = (state.setAside[provider]?.failures ?? 0) + 1;
  const isHopeless = fault === 'missing' && !state.hasServed.includes(provider);
  const retryAt = isHopeless ? null : now + retryDelay(provider, fault, failures);
  return { ...state, setAside: { ...state.setAside, [provider]: { fault, reason, failures, retryAt } } };
}

/** Starts the work that would lead to a better provider, or to any. */
function pursue(state: ProviderState, now: number): Step {
  const actions: ProviderAction[] = [];
  let next = state;
  for (const provider of state.wanted) {
    if (next.serving !== null && rank(next, provider) >= rank(next, next.serving)) break;
    if (provider === 'cpu' || next.opening.some((other) => other !== 'cpu') || !isDue(next, provider, now))
      continue;
    // A build needs the board's memory: only the CPU is opened meanwhile.
    const isBusy = next.engine === 'building' || next.engine === 'inspecting';
    if (isBusy && (provider === 'tensorrt' || next.wanted.includes('cpu'))) continue;
    if (provider === 'tensorrt' && next.engine !== 'ready') {
      const isKnown = next.engine === 'none';
      actions.push({ type: isKnown ? 'build' : 'inspect' });
      next = isKnown
        ? { ...next, engine: 'building', buildingSince: now }
        : { ...next, engine: 'inspecting' };
      continue;
    }
    actions.push({ type: 'open', provider });
    next = { ...next, opening: [...next.opening, provider] };
  }
  if (needsCpu(next, now)) {
    actions.push({ type: 'open', provider: 'cpu' });
    next = { ...next, opening: [...next.opening, 'cpu'] };
  }
  return { state: next, actions };
}

function needsCpu(state: ProviderState, now: number): boolean {
  return (
    state.serving === null &&
    state.wanted.includes('cpu') &&
    !state.opening.includes('cpu') &&
    isDue(state, 'cpu', now)
  );
}

function isDue(state: ProviderState, provider: ExecutionProvider, now: number): boolean {
  const aside = state.setAside[provider];
  return aside === undefined || (aside.retryAt !== null && aside.retryAt <= now);
}

function withoutKey(all: ProviderState['setAside'], provider: ExecutionProvider): ProviderState['setAside'] {
  return Object.fromEntries(Object.entries(all).filter(([key]) => key !== provider));
}

function rank(state: ProviderState, provider: ExecutionProvider): number {
  return state.wanted.indexOf(provider);
}

function still(state: ProviderState): Step {
  return { state, actions: [] };
}

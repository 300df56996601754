import type { ExecutionProvider } from '../../contract/finding.ts';
import type { ProviderState, SetAside } from './provider-state.ts';

/** An engine that is being built. */
export interface EngineBuild {
  /** Milliseconds on the clock. */
  readonly since: number;
  /** Duration of the last build on this machine; null if unknown. */
  readonly usualMs: number | null;
}

/** The status that people see: whether images are analysed, by which provider, and why by no better one. */
export interface ProviderStatus {
  /** `starting`: nothing serves yet but work is in progress; `failed`: nothing serves until a restart. */
  readonly level: 'serving' | 'degraded' | 'starting' | 'not-ready' | 'failed';
  readonly serving: ExecutionProvider | null;
  readonly build: EngineBuild | null;
  /** Why the best one does not serve; null while it does or nothing was tried yet. */
  readonly reason: string | null;
  /** When a better provider is retried, in milliseconds on the clock. */
  readonly retryAt: number | null;
}

export function providerStatus(state: ProviderState): ProviderStatus {
  const { serving, wanted } = state;
  const { buildingSince: since, usualBuildMs: usualMs } = state;
  const build = state.engine === 'building' ? { since, usualMs } : null;
  const better = serving === null ? wanted : wanted.slice(0, wanted.indexOf(serving));
  const reason = state.fatal ?? reasonOf(state, better);
  const retryAt = state.fatal === null ? nextRetry(state) : null;
  return { level: levelOf(state), serving, build, reason, retryAt };
}

const FROM_WORST = ['failed', 'not-ready', 'starting', 'degraded', 'serving'] as const;

/** The worst status of several models' providers; `starting` without any. */
export function worstOf(statuses: readonly ProviderStatus[]): ProviderStatus {
  const found = FROM_WORST.flatMap((level) => statuses.filter((status) => status.level === level));
  const none = { level: 'starting', serving: null, build: null, reason: null, retryAt: null } as const;
  return { ...(found[0] ?? none), build: statuses.find(({ build }) => build !== null)?.build ?? null };
}

/**
 * The earliest time, later than `after`, at which a provider better than the serving one is retried; null:
 * none is. A retry that is already due waits for work in progress, not for a time.
 */
export function nextRetry(state: ProviderState, after = Number.NEGATIVE_INFINITY): number | null {
  const { serving, wanted } = state;
  const better = serving === null ? wanted : wanted.slice(0, wanted.indexOf(serving));
  const times = better
    .filter((provider) => !state.opening.includes(provider))
    .map((provider) => state.setAside[provider]?.retryAt ?? null)
    .filter((time) => time !== null)
    .filter((time) => time > after);
  return times.length > 0 ? Math.min(...times) : null;
}

/** Whether work in progress may lead to a provider without waiting for a retry or a build. */
export function isOpening(state: ProviderState): boolean {
  return state.opening.length > 0 || state.engine === 'inspecting';
}

function levelOf(state: ProviderState): ProviderStatus['level'] {
  if (state.fatal !== null) return 'failed';
  if (state.serving !== null) return isAsConfigured(state) ? 'serving' : 'degraded';
  return isOpening(state) ? 'starting' : 'not-ready';
}

function isAsConfigured({ serving, wanted, substitutes }: ProviderState): boolean {
  return serving === wanted[0] && substitutes === null;
}

function reasonOf(state: ProviderState, better: ProviderState['wanted']): string | null {
  const reasons = better.flatMap((provider) => {
    const aside: SetAside | undefined = state.setAside[provider];
    if (provider === 'tensorrt' && state.engine === 'building')
      return ['tensorrt: its engine is being built'];
    if (state.opening.includes(provider)) return [`${provider}: is being opened`];
    return aside ? [`${provider}: ${aside.reason}`] : [];
  });
  const { serving, substitutes } = state;
  const ofServing =
    serving === null || substitutes === null
      ? []
      : [`${serving}: the bundled runtime is used, ${substitutes}`];
  const all = [...reasons, ...ofServing];
  return all.length > 0 ? all.join('; ') : null;
}

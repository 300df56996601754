import type { EngineBuild, ProviderStatus } from './provider-status.ts';

const MINUTE_MS = 60_000;

/**
 * One line for `systemctl status` and terminals: what serves, why nothing better does, and how far a build is.
 * `now`: milliseconds of the providers' clock.
 */
export function describeProviders({ serving, reason, build }: ProviderStatus, now: number): string {
  const because = reason === null ? '' : ` (${reason})`;
  const progress = build === null ? '' : `, building for ${describeBuild(build, now)}`;
  return `on ${serving ?? 'nothing'}${because}${progress}`;
}

/** `3 of about 8 min`, whole minutes; `3 min` where nobody knows how long it takes, or it took longer than that. */
function describeBuild({ since, usualMs }: EngineBuild, now: number): string {
  const minutes = Math.floor((now - since) / MINUTE_MS);
  const usual = usualMs === null ? 0 : Math.max(1, Math.round(usualMs / MINUTE_MS));
  return minutes >= usual ? `${minutes} min` : `${minutes} of about ${usual} min`;
}

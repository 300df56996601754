import type { EngineBuild, ProviderStatus } from './provider-status.ts';

const MINUTE_MS = 60_000;

/**
 * One line for `systemctl status` and terminals: the serving provider, why no better one serves, and a build's progress.
 * `now`: milliseconds on the providers' clock.
 */
export function describeProviders({ serving, reason, build }: ProviderStatus, now: number): string {
  const because = reason === null ? '' : ` (${reason})`;
  const progress = build === null ? '' : `, building for ${describeBuild(build, now)}`;
  return `on ${serving ?? 'nothing'}${because}${progress}`;
}

/** `3 of about 8 min`, whole minutes; `3 min` where the usual duration is unknown or exceeded. */
function describeBuild({ since, usualMs }: EngineBuild, now: number): string {
  const minutes = Math.floor((now - since) / MINUTE_MS);
  const usual = usualMs === null ? 0 : Math.max(1, Math.round(usualMs / MINUTE_MS));
  return minutes >= usual ? `${minutes} min` : `${minutes} of about ${usual} min`;
}

import type { SystemState } from '../../contract/api/system.ts';
import type { SystemWords } from '../i18n/system/en.ts';

const MINUTE_MS = 60_000;

/** The progress of the accelerator's preparation, in whole minutes; without a total once it takes longer than usual. */
export function preparingText(
  { elapsedMs, usualMs }: NonNullable<SystemState['analysis']['build']>,
  own: Pick<SystemWords, 'preparing'>,
): string {
  const minutes = Math.floor(elapsedMs / MINUTE_MS);
  const usual = usualMs === null ? null : Math.max(1, Math.round(usualMs / MINUTE_MS));
  return own.preparing(minutes, usual !== null && minutes < usual ? usual : null);
}

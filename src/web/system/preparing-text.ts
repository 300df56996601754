import type { SystemState } from '../../contract/api/system.ts';
import type { SystemWords } from '../i18n/system/en.ts';

const MINUTE_MS = 60_000;

/** How far the accelerator is, in whole minutes; once it takes longer than usual, nobody knows how long it will take. */
export function preparingText(
  { elapsedMs, usualMs }: NonNullable<SystemState['analysis']['build']>,
  own: Pick<SystemWords, 'preparing'>,
): string {
  const minutes = Math.floor(elapsedMs / MINUTE_MS);
  const usual = usualMs === null ? null : Math.max(1, Math.round(usualMs / MINUTE_MS));
  return own.preparing(minutes, usual !== null && minutes < usual ? usual : null);
}

import type { WardWords } from '../../i18n/ward/en.ts';
import { LATE_MS } from './durations.ts';

export interface Age {
  readonly text: string;
  /** Whether it has been unseen for so long that the text states it. */
  readonly isLate: boolean;
}

/** How long an alert has been waiting, as the ward sees it. */
export function alertAge(received: string, now: number, words: WardWords): Age {
  const waitedMs = Math.max(0, now - Date.parse(received));
  const minutes = Math.floor(waitedMs / 60_000);
  if (waitedMs >= LATE_MS) return { text: words.notSeenFor(minutes), isLate: true };
  return { text: agoText(waitedMs, words), isLate: false };
}

/** "just now", "3 min ago", "2 h ago". */
export function agoText(elapsedMs: number, words: WardWords): string {
  const minutes = Math.floor(Math.max(0, elapsedMs) / 60_000);
  if (minutes < 1) return words.justNow;
  return minutes < 60 ? words.minutesAgo(minutes) : words.hoursAgo(Math.floor(minutes / 60));
}

import type { WardWords } from '../../i18n/ward/en.ts';
import { minutesSince } from '../../shared/minutes-since.ts';
import { LATE_MS } from './durations.ts';

export interface Age {
  readonly text: string;
  /** Whether it has been unseen for so long that the text states it. */
  readonly isLate: boolean;
}

/** How long an alert has been waiting, as the ward sees it. */
export function alertAge(received: string, now: number, words: WardWords): Age {
  const minutes = minutesSince(received, now);
  if (minutes === null) return { text: words.notSeen, isLate: true };
  if (minutes >= LATE_MS / 60_000) return { text: words.notSeenFor(minutes), isLate: true };
  return { text: agoText(received, now, words), isLate: false };
}

/** "just now", "3 min ago", "2 h ago"; "age unknown" if a clock was wrong. */
export function agoText(since: string, now: number, words: WardWords): string {
  const minutes = minutesSince(since, now);
  if (minutes === null) return words.unknownAge;
  if (minutes < 1) return words.justNow;
  return minutes < 60 ? words.minutesAgo(minutes) : words.hoursAgo(Math.floor(minutes / 60));
}

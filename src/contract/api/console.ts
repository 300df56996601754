import type { ShownImage } from './images.ts';

/** Facts that the console needs at its start: the response of `/api/console`. */
export interface ConsoleFacts {
  readonly site: { readonly name: string; readonly timezone: string };
  readonly language: 'ko' | 'en';
  readonly wardNames: Readonly<Record<string, string>>;
  /** Confidence from which a finding is suspected, and very likely; null before the model is up. */
  readonly thresholds: { readonly suspected: number; readonly definite: number } | null;
  /** UTC, RFC 3339. */
  readonly serverTime: string;
  /** How long a verdict can be undone. */
  readonly undoMs: number;
}

/** How many images are in each of the predefined lists. */
export interface ListCounts {
  readonly today: number;
  readonly findings: number;
  readonly unseen: number;
  readonly notAnalysed: number;
}

/** An active technical alarm. */
export interface ShownAlarm {
  readonly code: string;
  readonly subject: string | null;
  readonly since: string;
}

/** One line of `/api/console/live`. */
export type LiveNews =
  | { readonly type: 'images'; readonly images: readonly ShownImage[] }
  /** Too many changes to list: request the list again. */
  | { readonly type: 'many' }
  | { readonly type: 'counts'; readonly counts: ListCounts }
  /** How many displays have shown each alert that is not closed. */
  | { readonly type: 'eyes'; readonly eyes: Readonly<Record<string, number>> }
  | { readonly type: 'alarms'; readonly alarms: readonly ShownAlarm[] }
  /** Every few seconds; the time of the server, UTC, RFC 3339. */
  | { readonly type: 'beat'; readonly serverTime: string };

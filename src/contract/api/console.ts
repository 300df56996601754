import type { ShownImage } from './images.ts';

/** What the console must know before it can show anything: the answer of `/api/console`. */
export interface ConsoleFacts {
  readonly site: { readonly name: string; readonly timezone: string };
  readonly language: 'ko' | 'en';
  readonly wardNames: Readonly<Record<string, string>>;
  /** Confidence from which a finding is suspected, and very likely; null before the model is up. */
  readonly thresholds: { readonly suspected: number; readonly definite: number } | null;
  /** UTC, RFC 3339. */
  readonly serverTime: string;
  /** For so long a verdict can be taken back. */
  readonly undoMs: number;
}

/** How many images stand in each of the ready-made lists. */
export interface ListCounts {
  readonly today: number;
  readonly findings: number;
  readonly unseen: number;
  readonly notAnalysed: number;
}

/** A technical alarm that lasts. */
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
  /** On how many displays each alert that is not closed has been shown. */
  | { readonly type: 'eyes'; readonly eyes: Readonly<Record<string, number>> }
  | { readonly type: 'alarms'; readonly alarms: readonly ShownAlarm[] }
  | { readonly type: 'beat' };

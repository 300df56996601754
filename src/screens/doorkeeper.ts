import type { IncomingHttpHeaders } from 'node:http';
import type { Asker } from './asker.ts';

/** What a request brings along that tells who sends it. */
export interface Knock {
  readonly headers: IncomingHttpHeaders;
  /** Address of the asking machine. */
  readonly address: string;
}

/** Knows who knocks. */
export interface Doorkeeper {
  /** Who sends a request; null: nobody known. A sign of life for a session, unless the request says it is none. */
  identify(knock: Knock): Asker | null;
  /** What the pages of this asker send along as `x-csrf-token` with everything that changes something. */
  csrfToken(knock: Knock): string;
  /** Whether a request carries that token. */
  isOwnPage(knock: Knock): boolean;
}

import type { IncomingHttpHeaders } from 'node:http';
import type { Principal } from './principal.ts';

/** What a request brings along that tells who sends it. */
export interface RequestCredentials {
  readonly headers: IncomingHttpHeaders;
  /** Address of the asking machine. */
  readonly address: string;
}

/** Somebody who is known. */
export interface Authentication {
  readonly principal: Principal;
  /** What their pages send along as `x-csrf-token` with everything that changes something. */
  readonly csrfToken: string;
  /** A cookie that is given again with the answer, so that it does not run out. */
  readonly renewal?: string;
}

/** Knows who knocks. */
export interface Authenticator {
  /**
   * Who sends a request; null: nobody known. A sign of life for a session, unless the request says with
   * `x-bonewatch-background` that no person caused it.
   */
  authenticate(credentials: RequestCredentials): Authentication | null;
}

import type { IncomingHttpHeaders } from 'node:http';
import type { Principal } from './principal.ts';

/** The parts of a request that identify its sender. */
export interface RequestCredentials {
  readonly headers: IncomingHttpHeaders;
  /** Address of the client. */
  readonly address: string;
}

/** The identified sender of a request. */
export interface Authentication {
  readonly principal: Principal;
  /** Their pages send it as `x-csrf-token` with every change. */
  readonly csrfToken: string;
  /** A cookie that is set again with the response, so that it does not expire. */
  readonly renewal?: string;
}

/** Finds out who sends a request. */
export interface Authenticator {
  /**
   * The sender of a request; null: not authenticated. Extends the session, unless the header
   * `x-bonewatch-background` marks a request that no person caused.
   */
  authenticate(credentials: RequestCredentials): Authentication | null;
}

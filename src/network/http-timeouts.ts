/** How long a client may take: an idle, slow or stalled connection ends, and its file descriptor is free again. */
export const HTTP_TIMEOUTS = {
  /** From the connection to the last header; a connection that sends nothing ends with it. */
  headersTimeout: 10_000,
  /** From the connection to the last byte of the body, 128 MB at most. */
  requestTimeout: 120_000,
  /** Between two requests. */
  keepAliveTimeout: 5_000,
  /** How often the three are enforced. */
  connectionsCheckingInterval: 2_000,
} as const;

/** Without a byte in either direction: a client that does not read its response. */
export const STALLED_MS = 120_000;

/** From the connection to the end of the TLS handshake. */
export const TLS_HANDSHAKE_MS = 10_000;

const MAX_NONCES = 10_000;

export interface RecentNonces {
  has(alertId: string, nonce: string): boolean;
  add(alertId: string, nonce: string): void;
}

/** Holds the nonces of the last 10,000 commands, so that one which the broker delivers twice acts once. */
export function createRecentNonces(): RecentNonces {
  const seen = new Set<string>();
  const keyOf = (alertId: string, nonce: string) => `${alertId} ${nonce}`;

  return {
    has: (alertId, nonce) => seen.has(keyOf(alertId, nonce)),
    add(alertId, nonce) {
      seen.add(keyOf(alertId, nonce));
      if (seen.size <= MAX_NONCES) return;
      for (const oldest of seen) return void seen.delete(oldest);
    },
  };
}

/**
 * Headers of every answer: nothing from elsewhere, nothing inline, no frame, no referrer. Where displays reach the
 * broker on an address of its own, that is the one other place a page may connect to.
 */
export function securityHeaders(websocketUrl: string | null): Readonly<Record<string, string>> {
  const broker = websocketUrl === null ? '' : ` ${new URL(websocketUrl).origin}`;
  return {
    'content-security-policy': [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "font-src 'self'",
      "img-src 'self'",
      `connect-src 'self'${broker}`,
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ].join('; '),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'permissions-policy': 'camera=(), microphone=(), geolocation=()',
    'cross-origin-resource-policy': 'same-origin',
    'cross-origin-opener-policy': 'same-origin',
  };
}

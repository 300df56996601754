import type { DeviceInfoSource } from '../reporting/device-info.ts';

export interface AuditAnchorDeps {
  readonly info: Pick<DeviceInfoSource, 'auditCount'>;
  readonly publishInfo: () => void;
}

const POLL_MS = 30_000;
/** The head of a grown audit log is published after this many rows, or after this time. */
const MAX_ROWS = 100;
const MAX_AGE_MS = 10 * 60_000;

/** Publishes the info when the audit log has grown: its retained copy anchors the log outside of the device. */
export function startAuditAnchor({ info, publishInfo }: AuditAnchorDeps): Disposable {
  let published = { count: 0, atMs: performance.now() };

  function publishIfGrown(): void {
    const count = info.auditCount();
    if (count === null || count === published.count) return;
    const isDue = count - published.count >= MAX_ROWS || performance.now() - published.atMs > MAX_AGE_MS;
    if (!isDue) return;
    published = { count, atMs: performance.now() };
    publishInfo();
  }

  const timer = setInterval(publishIfGrown, POLL_MS);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

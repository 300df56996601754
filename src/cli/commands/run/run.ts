import { loadConfig } from '../../../config/load-config.ts';
import { isBonewatchError } from '../../../contract/errors.ts';
import { createLogger } from '../../../daemon/reporting/create-logger.ts';
import { startDaemon } from '../../../daemon/start-daemon.ts';
import { EXIT } from '../../terminal.ts';
import { untilSignal } from '../../until-signal.ts';

/** How long images in work may take after SIGTERM. */
const DRAIN_MS = 10_000;

/** `run`: the daemon until SIGTERM or SIGINT; a second signal, or 10 seconds, ends it at once. */
export async function run({ config: file }: { readonly config: string }): Promise<number> {
  const config = await loadConfig(file);
  const log = createLogger(config.log.level);
  const stop = untilSignal();
  const daemon = await Promise.race([startDaemon(config, log), stop.then(() => null)]);
  if (!daemon) {
    // A start may wait for an engine build for minutes, behind an awaited promise: only this ends it.
    log.info('stopped before it was ready');
    process.exit(EXIT.ok);
  }
  const signal = await Promise.race([stop, daemon.broken]).catch((error: unknown) => {
    // A bug is rethrown. A named error stops the daemon gracefully, and systemd restarts it.
    if (!isBonewatchError(error)) throw error;
    log.error({ code: error.code, reason: error.message }, 'daemon failed');
    return null;
  });
  log.info({ signal }, 'stopping');
  // The next start resumes work that a forced end interrupts.
  setTimeout(() => process.exit(EXIT.failed), DRAIN_MS).unref();
  void untilSignal().then(() => process.exit(EXIT.failed));
  await daemon[Symbol.asyncDispose]();
  log.info('stopped');
  // All work is done; a call into a folder that no longer answers must not hold the process up.
  process.exit(signal === null ? EXIT.failed : EXIT.ok);
}

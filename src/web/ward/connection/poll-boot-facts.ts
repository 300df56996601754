import { fetchBootFacts } from './fetch-boot-facts.ts';
import type { BootFactsReply, UnknownWard } from './fetch-boot-facts.ts';

const POLL_MS = 10 * 60_000;
const RETRY_MS = 5_000;

/** Fetches the facts every ten minutes, and at once when asked to: names, telephone and the time may have changed. */
export interface BootFactsPoll {
  readonly askNow: () => void;
}

/** Calls `onReply` with every reply, and with null each time the server has not answered. */
export function pollBootFacts(
  ward: string,
  onReply: (reply: BootFactsReply | UnknownWard | null) => void,
): BootFactsPoll {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isWaiting = false;

  function askNow(): void {
    if (isWaiting) return;
    isWaiting = true;
    clearTimeout(timer);
    void fetchBootFacts(ward).then((reply) => {
      isWaiting = false;
      timer = setTimeout(askNow, reply !== null && 'bootFacts' in reply ? POLL_MS : RETRY_MS);
      onReply(reply);
    });
  }

  askNow();
  return { askNow };
}

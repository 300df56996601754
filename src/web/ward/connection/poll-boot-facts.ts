import { fetchBootFacts } from './fetch-boot-facts.ts';
import type { BootFactsReply } from './fetch-boot-facts.ts';

const AGAIN_MS = 10 * 60_000;
const RETRY_MS = 5_000;

/** Asks the server anew every ten minutes, and at once when told to: names, telephone and the time may have changed. */
export interface BootFactsPoll {
  readonly look: () => void;
}

/** Calls with every answer; with null each time the server has not answered. */
export function pollBootFacts(ward: string, hear: (answer: BootFactsReply | null) => void): BootFactsPoll {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isAsking = false;

  function look(): void {
    if (isAsking) return;
    isAsking = true;
    clearTimeout(timer);
    void fetchBootFacts(ward).then((answer) => {
      isAsking = false;
      timer = setTimeout(look, answer === null ? RETRY_MS : AGAIN_MS);
      hear(answer);
    });
  }

  look();
  return { look };
}

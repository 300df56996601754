const CORRECT_EVERY_MS = 10 * 60_000;

/** The time as the server has it, whatever the clock of the screen's computer says. */
export interface ServerClock {
  readonly now: () => number;
  /** Asks the server again; keeps the last correction when it does not answer. */
  readonly correct: () => Promise<void>;
}

/** A clock that starts from a time the server has just given and corrects itself from then on. */
export function createServerClock(serverTime: string): ServerClock {
  let base = Date.parse(serverTime) - performance.now();

  async function correct(): Promise<void> {
    const asked = performance.now();
    const response = await fetch('/api/time', { cache: 'no-store' }).catch(() => null);
    if (response === null || !response.ok) return;
    const answer: unknown = await response.json().catch(() => null);
    const time =
      typeof answer === 'object' && answer !== null && 'now' in answer ? Date.parse(String(answer.now)) : NaN;
    if (Number.isFinite(time)) base = time - (asked + performance.now()) / 2;
  }

  setInterval(() => void correct(), CORRECT_EVERY_MS);
  return { now: () => base + performance.now(), correct };
}

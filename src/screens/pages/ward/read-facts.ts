import type { WardFacts } from '../../ward-facts.ts';

const RETRY_MS = 2_000;

/** Asks the server what this ward's display must know, for as long as it takes. */
export async function readFacts(ward: string): Promise<WardFacts> {
  for (;;) {
    const response = await fetch(`/api/ward/${encodeURIComponent(ward)}`, { cache: 'no-store' }).catch(
      () => null,
    );
    if (response?.ok === true) return (await response.json()) as WardFacts;
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}

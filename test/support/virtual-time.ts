import type { Page } from 'playwright-core';

/**
 * Gives a page a virtual clock; call it before the page is opened. Clocks, timers and frames advance only on request, so
 * that hours pass in seconds. Promises stay real, and time waits for the broker's answers.
 */
export async function useVirtualTime(page: Page, startMs: number): Promise<void> {
  await page.addInitScript(SCRIPT, startMs);
}

/** Advances by a span, one timer after the other; messages from the network arrive in between. */
export async function advance(page: Page, spanMs: number): Promise<void> {
  await page.evaluate(`virtualTime.pass(${spanMs})`);
}

/** Advances until an element is on the page; messages from the network take a moment of virtual time too. */
export async function advanceUntil(page: Page, selector: string): Promise<void> {
  const isThere = `() => document.querySelector(${JSON.stringify(selector)}) !== null`;
  const isFound = await page.evaluate<boolean>(`virtualTime.passUntil(${isThere})`);
  if (!isFound) throw new Error(`never there: ${selector}, but: ${(await page.textContent('body')) ?? ''}`);
}

function SCRIPT(startMs: number): void {
  type Timer = { at: number; everyMs: number | null; run: () => void };
  const [POLL_MS, MAX_WAITS, FRAME_MS] = [50, 1_000, 16];
  const timers = new Map<number, Timer>();
  const RealDate = Date;
  let elapsed = 0;
  let lastId = 0;

  const add = (run: () => void, delayMs: number, isRepeating: boolean): number => {
    const ms = Math.max(1, delayMs);
    lastId += 1;
    timers.set(lastId, { at: elapsed + ms, everyMs: isRepeating ? ms : null, run });
    return lastId;
  };
  // Virtual time must not outrun a broker that needs real milliseconds for its answer.
  let isPinging = false;
  const realTimeout = setTimeout;
  const yieldToNetwork = async (): Promise<void> => {
    await new Promise<void>((resolve) => {
      const { port1, port2 } = new MessageChannel();
      port1.addEventListener('message', () => {
        port1.close();
        resolve();
      });
      port1.start();
      port2.postMessage(null);
    });
    while (isPinging) await new Promise((resolve) => realTimeout(resolve, 1));
  };
  const RealSocket = WebSocket;
  const next = (until: number): [number, Timer] | undefined => {
    let found: [number, Timer] | undefined;
    for (const entry of timers)
      if (entry[1].at <= until && (found === undefined || entry[1].at < found[1].at)) found = entry;
    return found;
  };

  Object.assign(globalThis, {
    WebSocket: class extends RealSocket {
      constructor(...given: ConstructorParameters<typeof RealSocket>) {
        super(...given);
        this.addEventListener('message', ({ data }) => {
          const bytes = new Uint8Array(data as ArrayBuffer);
          if (bytes.some((byte, at) => byte === 0xd0 && bytes[at + 1] === 0)) isPinging = false;
        });
        this.addEventListener('close', () => (isPinging = false));
      }

      override send(data: Uint8Array<ArrayBuffer>): void {
        if (data.length === 2 && data[0] === 0xc0) isPinging = true;
        super.send(data);
      }
    },
    setTimeout: (run: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) =>
      add(() => run(...args), ms, false),
    setInterval: (run: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) =>
      add(() => run(...args), ms, true),
    clearTimeout: (id: number) => timers.delete(id),
    clearInterval: (id: number) => timers.delete(id),
    // Real frames would be missing in the virtual seconds that pass between two of them.
    requestAnimationFrame: (run: (time: number) => void) => add(() => run(elapsed), FRAME_MS, false),
    cancelAnimationFrame: (id: number) => timers.delete(id),
    Date: class extends RealDate {
      constructor(...given: unknown[]) {
        super(...((given.length === 0 ? [startMs + elapsed] : given) as [number]));
      }

      static override now(): number {
        return startMs + elapsed;
      }
    },
    virtualTime: {
      async pass(spanMs: number): Promise<void> {
        const until = elapsed + spanMs;
        for (let entry = next(until); entry !== undefined; entry = next(until)) {
          const [id, timer] = entry;
          elapsed = Math.max(elapsed, timer.at);
          if (timer.everyMs === null) timers.delete(id);
          else timer.at += timer.everyMs;
          timer.run();
          await yieldToNetwork();
        }
        elapsed = until;
        await yieldToNetwork();
      },
      async passUntil(isThere: () => boolean): Promise<boolean> {
        for (let waited = 0; !isThere(); waited += 1) {
          if (waited > MAX_WAITS) return false;
          await this.pass(POLL_MS);
          await new Promise((resolve) => realTimeout(resolve, 2));
        }
        return true;
      },
    },
  });
  performance.now = () => elapsed;
}

interface ScanLoopDeps {
  /** Must handle every failure of the environment: its rejection ends the process. */
  readonly scan: () => Promise<void>;
  /** Pause until the next scan, unless one is requested. */
  readonly pauseMs: () => number;
}

/** Scans of one inbox, one after the other: at intervals and on request. */
export interface ScanLoop {
  /** Resolves after the first scan. */
  readonly firstScan: Promise<void>;
  /** Requests another scan as soon as the current one has ended. */
  readonly request: () => void;
  /** Resolves when a scan that began after the call has ended, or the loop has. */
  readonly rescan: () => Promise<void>;
  /** Scans until the signal is aborted. */
  run(deps: ScanLoopDeps): Promise<void>;
}

export function createScanLoop(signal: AbortSignal): ScanLoop {
  const first = Promise.withResolvers<undefined>();
  const pause = createPause();
  let isRequested = false;
  let waiting: (() => void)[] = [];

  function request(): void {
    isRequested = true;
    pause.end();
  }

  function isIdle(): boolean {
    return !isRequested && !signal.aborted;
  }

  signal.addEventListener('abort', pause.end, { once: true });
  return {
    firstScan: first.promise,
    request,
    rescan() {
      if (signal.aborted) return Promise.resolve();
      return new Promise((resolve) => {
        waiting.push(resolve);
        request();
      });
    },
    async run({ scan, pauseMs }) {
      while (!signal.aborted) {
        isRequested = false;
        const answered = waiting;
        waiting = [];
        await scan();
        first.resolve(undefined);
        for (const resolve of answered) resolve();
        if (isIdle()) await pause.wait(pauseMs());
      }
      for (const resolve of waiting) resolve();
    },
  };
}

interface Pause {
  wait(ms: number): Promise<void>;
  /** Ends a pause early. */
  readonly end: () => void;
}

function createPause(): Pause {
  let end = (): void => {};

  return {
    async wait(ms) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms);
        end = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      end = () => {};
    },
    end: () => end(),
  };
}

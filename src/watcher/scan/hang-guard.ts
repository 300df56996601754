/** Guards calls into one folder with a timeout, because a hung network mount never answers. */
export interface HangGuard {
  /** The result of `work`; rejects with `error()` if it takes too long or if earlier work still hangs. */
  run<T>(work: () => Promise<T>, error: () => Error): Promise<T>;
}

/**
 * A call into a hung mount blocks a thread until the mount answers or is removed. So that they do not accumulate, no
 * new call is made while one hangs.
 */
export function createHangGuard(timeoutMs: number): HangGuard {
  let hanging = 0;

  function callReturned(): void {
    hanging -= 1;
  }

  return {
    async run(work, error) {
      if (hanging > 0) throw error();
      const working = work();
      const late = Promise.withResolvers<'late'>();
      const timer = setTimeout(late.resolve, timeoutMs, 'late');
      try {
        const first = await Promise.race([working.then((value) => ({ value })), late.promise]);
        if (first !== 'late') return first.value;
      } finally {
        clearTimeout(timer);
      }
      hanging += 1;
      void working.then(callReturned, callReturned);
      throw error();
    },
  };
}

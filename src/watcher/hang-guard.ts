/** Waits for the answers of one folder, and gives up on those that a hung network mount never gives. */
export interface HangGuard {
  /** What `work` gives, or rejects with `error()` when it takes too long, or when earlier work still hangs. */
  wait<T>(work: () => Promise<T>, error: () => Error): Promise<T>;
}

/**
 * A call into a hung mount holds a thread until the mount answers or is gone; so that these do not add up, nothing
 * more is asked while one is out.
 */
export function createHangGuard(silenceMs: number): HangGuard {
  let hanging = 0;

  return {
    async wait(work, error) {
      if (hanging > 0) throw error();
      const working = work();
      const late = Promise.withResolvers<'late'>();
      const timer = setTimeout(late.resolve, silenceMs, 'late');
      try {
        const first = await Promise.race([working.then((value) => ({ value })), late.promise]);
        if (first !== 'late') return first.value;
      } finally {
        clearTimeout(timer);
      }
      hanging += 1;
      const answered = (): void => {
        hanging -= 1;
      };
      void working.then(answered, answered);
      throw error();
    },
  };
}

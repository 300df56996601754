/** Runs the work once, however often it is asked for before the current task ends. */
export function batch(work: () => void): () => void {
  let isPending = false;
  return () => {
    if (isPending) return;
    isPending = true;
    queueMicrotask(() => {
      isPending = false;
      work();
    });
  };
}

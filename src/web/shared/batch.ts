/** Returns a function that runs the work once per task, however often it is called. */
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

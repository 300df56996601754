/** Whether a call failed because this process or the machine has no free file descriptor: it works again later. */
export function isOutOfFiles(error: unknown): boolean {
  const isCoded = error instanceof Error && 'code' in error;
  return isCoded && (error.code === 'EMFILE' || error.code === 'ENFILE');
}

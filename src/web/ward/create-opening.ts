const FINISH_AFTER_MS = 200;
/** Also applies if the display never becomes live: its alarm must sound. */
const MAX_OPENING_MS = 3_000;

/** The first moments of a page, in which only the parts that show alerts are loaded. */
export interface Opening {
  /** The display has been drawn live. */
  readonly noteLive: () => void;
}

/** Calls `onFinished` once, shortly after the display is live or a few seconds after it was opened. */
export function createOpening(onFinished: () => void): Opening {
  let isFinished = false;

  function finish(): void {
    if (isFinished) return;
    isFinished = true;
    onFinished();
  }

  setTimeout(finish, MAX_OPENING_MS);
  return {
    noteLive() {
      if (!isFinished) setTimeout(finish, FINISH_AFTER_MS);
    },
  };
}

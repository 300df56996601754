import type { GuardedDrawing } from '../guard-drawing.ts';

/** Whether a person in front of the machine can see the page. */
export interface PageVisibility {
  readonly isShown: () => boolean;
  /** Calls back after each change. */
  readonly onChange: (listener: () => void) => void;
}

const CHECK_MS = 2_500;
/** Checks without a new frame until the page counts as covered; a busy processor draws one within that time. */
const MAX_CHECKS_WITHOUT_FRAME = 2;

/**
 * A page is shown while its tab is in front, its window is not minimised and, where the browser can measure it, not
 * covered, and the browser draws it. Some window systems report a covered window as visible but no longer draw it. A page
 * that shows an error or nothing yet instead of the display is not shown either.
 */
export function watchVisibility(drawing: Pick<GuardedDrawing, 'isDrawn' | 'onChange'>): PageVisibility {
  const listeners = new Set<() => void>();
  const frames = countMissingFrames();
  const isShown = (): boolean =>
    document.visibilityState === 'visible' && !frames.areMissing() && drawing.isDrawn();
  let wasShown = isShown();

  function check(): void {
    if (isShown() === wasShown) return;
    wasShown = !wasShown;
    for (const listener of listeners) listener();
  }

  drawing.onChange(check);
  document.addEventListener('visibilitychange', () => {
    frames.begin();
    check();
  });
  setInterval(() => {
    if (document.visibilityState === 'visible') frames.request(check);
    check();
  }, CHECK_MS);
  return { isShown, onChange: (listener) => void listeners.add(listener) };
}

interface MissingFrames {
  readonly areMissing: () => boolean;
  /** Starts to count again. */
  readonly begin: () => void;
  /** Requests a frame, or counts one more check without it. Counts checks: a machine that sleeps runs none. */
  readonly request: (onFrame: () => void) => void;
}

function countMissingFrames(): MissingFrames {
  let isRequested = false;
  let missing = 0;
  return {
    areMissing: () => missing >= MAX_CHECKS_WITHOUT_FRAME,
    begin() {
      missing = 0;
    },
    request(onFrame) {
      if (isRequested) {
        missing += 1;
        return;
      }
      isRequested = true;
      requestAnimationFrame(() => {
        isRequested = false;
        missing = 0;
        onFrame();
      });
    },
  };
}

/**
 * Whether alerts are held back from the broker: after a start, until broker and store were reconciled. A store from an old
 * backup must not overwrite newer alerts of the broker.
 */
export interface AlertHold {
  isHeld(): boolean;
  release(): void;
}

/** Holds alerts until it is released once. */
export function createAlertHold(): AlertHold {
  let isHeld = true;
  return {
    isHeld: () => isHeld,
    release() {
      isHeld = false;
    },
  };
}

import type { DisplayAvailability } from './read-display-message.ts';

const MAX_DISPLAYS = 500;

/** Which ward displays live, as they say of themselves. */
export interface DisplayTracker {
  /** Takes in an availability message; null: the display was removed. */
  take(display: string, availability: DisplayAvailability | null): void;
  /** Displays that show a ward at this moment, sorted. Empty: nobody can see an alert of this ward. */
  readonly watching: (ward: string) => readonly string[];
  /** Forgets all; for a lost connection, after which the broker tells again. */
  forgetAll(): void;
}

/**
 * Remembers the last word of every display. The last will of an earlier session that comes late does not end a newer
 * one. At most 500 displays are remembered; offline ones give way.
 */
export function trackDisplays(): DisplayTracker {
  const displays = new Map<string, DisplayAvailability>();

  function makeRoom() {
    if (displays.size < MAX_DISPLAYS) return;
    const first = [...displays].find(([, { state }]) => state === 'offline') ?? [...displays][0];
    if (first !== undefined) displays.delete(first[0]);
  }

  return {
    take(display, availability) {
      if (availability === null) return void displays.delete(display);
      const known = displays.get(display);
      const isLate =
        known?.state === 'online' &&
        availability.state === 'offline' &&
        availability.session !== known.session;
      if (isLate) return;
      if (known === undefined) makeRoom();
      displays.set(display, availability);
    },

    watching(ward) {
      const watching = [...displays].filter(
        ([, { state, wards }]) => state === 'online' && wards.includes(ward),
      );
      return watching.map(([display]) => display).sort();
    },

    forgetAll: () => displays.clear(),
  };
}

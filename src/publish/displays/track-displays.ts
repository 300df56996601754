import type { DisplayAvailability } from './read-display-message.ts';

const MAX_DISPLAYS = 500;

/** Which ward displays are online, by their own availability messages. */
export interface DisplayTracker {
  /** Applies an availability message; null: the display was removed. */
  take(display: string, availability: DisplayAvailability | null): void;
  /** Displays that show a ward now, sorted. Empty: no display shows the alerts of this ward. */
  readonly watching: (ward: string) => readonly string[];
  /** Ids of pairings that two machines use now, as one of them reports, sorted. */
  readonly duplicated: () => readonly string[];
  /** Removes all; for a lost connection, after which the broker sends the retained messages again. */
  clear(): void;
}

/**
 * Holds the last availability of every display. A late last will of an earlier session does not end a newer
 * one. At most 500 displays are held; offline ones are removed first.
 */
export function trackDisplays(): DisplayTracker {
  const displays = new Map<string, DisplayAvailability>();

  function makeRoom() {
    if (displays.size < MAX_DISPLAYS) return;
    const first = [...displays].find(([, { state }]) => state === 'offline') ?? [...displays][0];
    if (first !== undefined) displays.delete(first[0]);
  }

  function isOnline(display: string): boolean {
    return displays.get(display)?.state === 'online';
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

    duplicated() {
      const reported = [...displays].flatMap(([display, { state, duplicateOf }]) => {
        const isOfPairing = duplicateOf != null && display.startsWith(`${duplicateOf}.`);
        return state === 'online' && isOfPairing && isOnline(duplicateOf) ? [duplicateOf] : [];
      });
      return [...new Set(reported)].toSorted();
    },

    clear: () => displays.clear(),
  };
}
